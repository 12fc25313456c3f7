using System.Text.Json;
using ThunderStack.Webhooks.Conditions;
using ThunderStack.Webhooks.Events;

namespace ThunderStack.Webhooks.Cli.Conditions;

/// <summary>What needs a person; or did, until it was closed.</summary>
internal sealed record ConditionView(
    string Kind, string Subject, string NodeId, ConditionSeverity Severity, DateTimeOffset Since, string Message, string? Remedy, DateTimeOffset? ClosedAt)
{
    public static ConditionView Of(Condition condition) => new(
        JsonNamingPolicy.CamelCase.ConvertName(condition.Kind.Value),
        condition.Subject,
        condition.NodeId.Value,
        condition.Severity,
        condition.Since,
        condition.Message,
        condition.Remedy,
        condition.ClosedAt);

    /// <summary>The most urgent first, of those the oldest.</summary>
    public static IEnumerable<ConditionView> Sort(IEnumerable<ConditionView> conditions) =>
        conditions.OrderByDescending(condition => condition.Severity).ThenBy(condition => condition.Since);
}
