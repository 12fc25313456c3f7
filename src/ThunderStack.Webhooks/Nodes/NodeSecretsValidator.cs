using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace ThunderStack.Webhooks.Nodes;

/// <summary>
/// What is secret of a node stands where its id stands. Lists are merged by their numbers: with a password in an environment variable
/// and the ids in a file, a node that is inserted into the file would get the password of the one that follows.
/// </summary>
internal sealed class NodeSecretsValidator(IConfiguration configuration, string section) : IValidateOptions<NodesOptions>
{
    private static readonly string[] Beside = ["Api:Url", "Api:TokenFile", "Unlock:PasswordFile", "Unlock:BodyFile"];

    public ValidateOptionsResult Validate(string? name, NodesOptions options)
    {
        var problems = new ValidateOptionsResultBuilder();
        if (configuration is not IConfigurationRoot root)
        {
            return problems.Build();
        }

        foreach (var node in root.GetSection($"{section}:{nameof(NodesOptions.Nodes)}").GetChildren())
        {
            var home = Find(root, $"{node.Path}:NodeId");
            foreach (var key in Beside)
            {
                if (Find(root, $"{node.Path}:{key}") is { } other && home is not null && other != home)
                {
                    problems.AddError($"{node.Path}:{key} is written in another place ({other}) than the NodeId that it belongs to ({home}): write both in one, because list entries that are merged by their numbers could take it to another node.");
                }
            }
        }

        return problems.Build();
    }

    private static IConfigurationProvider? Find(IConfigurationRoot root, string key) =>
        root.Providers.LastOrDefault(provider => provider.TryGet(key, out var value) && value is not null);
}
