using ThunderStack.Webhooks.Conditions;
using ThunderStack.Webhooks.Events;

namespace ThunderStack.Webhooks.Management.Conditions;

/// <summary>A condition as this API shows it.</summary>
/// <param name="Kind">What it is: <c>nodeFailed</c>.</param>
/// <param name="Subject">What it is about: a node's id, a handler's name, or both with a slash between them.</param>
/// <param name="NodeId">The node that it is about; <see langword="null"/> when it is about none.</param>
/// <param name="Severity">How bad it is.</param>
/// <param name="Message">What is the matter.</param>
/// <param name="Remedy">What to do.</param>
/// <param name="Since">Since when, in UTC.</param>
/// <param name="ToldAt">When people were told, in UTC; <see langword="null"/> when they were not.</param>
/// <param name="QuietUntil">Until when nobody is told, in UTC.</param>
/// <param name="ClosedAt">When it ended, in UTC; <see langword="null"/> while it is open.</param>
public sealed record ConditionView(
    string Kind, string Subject, string? NodeId, ConditionSeverity Severity, string Message, string? Remedy, DateTime Since, DateTime? ToldAt,
    DateTime? QuietUntil, DateTime? ClosedAt)
{
    internal static ConditionView Of(Condition condition) => new(
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
