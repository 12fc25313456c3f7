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
        }

        return problems.Build();
    }

    private static string? Problem(string? nodeId, HashSet<string> seen) =>
        string.IsNullOrWhiteSpace(nodeId) ? "is empty: write the node's id as the cloud shows it."
        : nodeId.Length > MaxLength ? $"is longer than {MaxLength} characters: write the node's id as the cloud shows it."
        : nodeId.Any(char.IsControl) ? "has a control character: write the node's id as the cloud shows it."
        : Setting.JudgeText(nodeId) is { } problem ? $"{problem}."
        : !seen.Add(nodeId) ? "repeats an earlier one: name each node once."
        : null;
}
