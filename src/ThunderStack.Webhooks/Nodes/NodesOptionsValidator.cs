using Microsoft.Extensions.Options;
using ThunderStack.Webhooks.Configuration;

namespace ThunderStack.Webhooks.Nodes;

internal sealed class NodesOptionsValidator : IValidateOptions<NodesOptions>
{
    // Long enough for any id seen, short enough for every store's index.
    private const int MaxLength = 256;

    public ValidateOptionsResult Validate(string? name, NodesOptions options)
    {
        var problems = new ValidateOptionsResultBuilder();
        if (options.Nodes.Count == 0)
        {
            problems.AddError("""ThunderStack:Nodes is empty: name at least one node, such as "Nodes": [ { "NodeId": "your-node-id" } ].""");
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < options.Nodes.Count; i++)
        {
            if (Problem(options.Nodes[i]?.NodeId, seen) is { } problem)
            {
                problems.AddError($"ThunderStack:Nodes:{i}:NodeId {problem}");
            }

            if (options.Nodes[i]?.Name?.Any(char.IsControl) == true)
            {
                problems.AddError($"ThunderStack:Nodes:{i}:Name has a control character: write a name of one line.");
            }

            if (Problem(options.Nodes[i]?.Api) is { } wrong)
            {
                problems.AddError($"ThunderStack:Nodes:{i}:Api:{wrong}");
            }
        }

        return problems.Build();
    }

    // What cannot be a URL at all is refused with its setting.
    private static string? Problem(NodeApiOptions? api) =>
        string.IsNullOrEmpty(api?.Url) ? string.IsNullOrEmpty(api?.TokenFile) ? null : "TokenFile has no Url beside it: write where the token may be sent."
        : !Uri.TryCreate(api.Url, UriKind.Absolute, out var url) ? null
        : url.Query.Length > 0 || url.Fragment.Length > 0 ? "Url has a query or a fragment: write the address alone, such as https://node.example.com:3001."
        : url.Scheme == Uri.UriSchemeHttp && !url.IsLoopback ? "Url is http, which anyone on the way can read: write an https address (http is for loopback only)."
        : null;

    private static string? Problem(string? nodeId, HashSet<string> seen) =>
        string.IsNullOrWhiteSpace(nodeId) ? "is empty: write the node's id as the cloud shows it."
        : nodeId.Length > MaxLength ? $"is longer than {MaxLength} characters: write the node's id as the cloud shows it."
        : nodeId.Any(char.IsControl) ? "has a control character: write the node's id as the cloud shows it."
        : Setting.JudgeText(nodeId) is { } problem ? $"{problem}."
        : !seen.Add(nodeId) ? "repeats an earlier one: name each node once."
        : null;
}
