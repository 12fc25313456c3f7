using Microsoft.Extensions.Options;
using ThunderStack.Cloud;
using ThunderStack.Webhooks.Handlers;
using ThunderStack.Webhooks.Nodes;

namespace ThunderStack.Webhooks.NodeWatch.Unlocking;

/// <summary>Finds what would keep a node locked: at start, and not at night when it is.</summary>
internal sealed class UnlockValidator(
    IOptions<HandlersOptions> handlers, IOptions<NodeWatchOptions> watch, IOptions<ThunderStackCloudOptions> cloud) : IValidateOptions<NodesOptions>
{
    public ValidateOptionsResult Validate(string? name, NodesOptions options)
    {
        var problems = new ValidateOptionsResultBuilder();
        var unlocks = Find(handlers)?.Handlers.Where(handler => handler.Value.Type == UnlockHandlerType.Name).Select(handler => handler.Key).ToList();
        for (var i = 0; i < options.Nodes.Count; i++)
        {
            if (Problem(options.Nodes[i], unlocks) is { } problem)
            {
                problems.AddError($"ThunderStack:Nodes:{i}:Unlock{problem}");
            }
        }

        if (unlocks is [var first, ..] && options.Nodes.All(node => string.IsNullOrEmpty(node.Unlock.PasswordFile)))
        {
            problems.AddError($"ThunderStack:Handlers:{first} unlocks nothing: write Unlock:PasswordFile beside the NodeId of each node that it may unlock.");
        }

        if (unlocks is [var any, ..] && Find(watch) is { Enabled: false })
        {
            problems.AddError($"ThunderStack:Handlers:{any} unlocks nothing, because ThunderStack:NodeWatch:Enabled is false: nobody finds out which node is locked.");
        }

        return problems.Build();
    }

    private string? Problem(NodeOptions node, List<string>? unlocks)
    {
        if (string.IsNullOrEmpty(node.Unlock.PasswordFile))
        {
            return string.IsNullOrEmpty(node.Unlock.BodyFile) ? null : " has a BodyFile and no PasswordFile: write where the password is.";
        }

        if (unlocks is { Count: 0 })
        {
            return """ is read by no handler: add one, such as "Handlers": { "unlock": { "Type": "Unlock" } }.""";
        }

        if (string.IsNullOrEmpty(node.Api.Url) && Find(cloud) is { ApiToken: null or "" })
        {
            return " has no Api:Url beside it, and there is no ThunderStack:Cloud:ApiToken to ask the cloud with: write either.";
        }

        try
        {
            UnlockFiles.ReadAsync(node.Unlock, CancellationToken.None).GetAwaiter().GetResult();
            return null;
        }
        catch (InvalidDataException exception)
        {
            return $": {exception.Message}";
        }
    }

    // What is wrong with the other section is told by its own keys.
    private static T? Find<T>(IOptions<T> options)
        where T : class
    {
        try
        {
            return options.Value;
        }
        catch (OptionsValidationException)
        {
            return null;
        }
    }
}
