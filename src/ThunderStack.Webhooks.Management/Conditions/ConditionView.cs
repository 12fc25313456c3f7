using ThunderStack.Webhooks.Conditions;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Management.Routing;

namespace ThunderStack.Webhooks.Management.Conditions;

/// <summary>A condition as this API shows it.</summary>
internal sealed record ConditionView(
    string Kind, string Subject, string? NodeId, ConditionSeverity Severity, string Message, string? Remedy, DateTime Since, DateTime? ToldAt,
    DateTime? QuietUntil, DateTime? ClosedAt)
{
    public static ConditionView Of(Condition condition) => new(
        ManagementJson.Name(condition.Kind.Value),
        condition.Subject,
        condition.NodeId.Value is { Length: > 0 } node ? node : null,
        condition.Severity,
        condition.Message,
        condition.Remedy,
        condition.Since.UtcDateTime,
        condition.ToldAt?.UtcDateTime,
        condition.QuietUntil?.UtcDateTime,
        condition.ClosedAt?.UtcDateTime);
}
