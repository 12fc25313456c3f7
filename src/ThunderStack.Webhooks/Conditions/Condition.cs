using ThunderStack.Webhooks.Events;

namespace ThunderStack.Webhooks.Conditions;

/// <summary>Something that needs a person: open, or closed since.</summary>
public sealed record Condition
{
    /// <summary>What is the matter.</summary>
    public required ConditionKind Kind { get; init; }

    /// <summary>With what: the id of a node, the name of a handler, both as <c>handler/node</c>, or <c>receiver</c>.</summary>
    public required string Subject { get; init; }

    /// <summary>The node that it is about, whose events it comes in order with; empty when it is about none.</summary>
    public NodeId NodeId { get; init; } = new("");

    /// <summary>How urgent it is.</summary>
    public required ConditionSeverity Severity { get; init; }

    /// <summary>What is the matter, in a sentence.</summary>
    public required string Message { get; init; }

    /// <summary>What to do, in a sentence.</summary>
    /// <value><see langword="null"/>: there is nothing general to say.</value>
    public string? Remedy { get; init; }

    /// <summary>Since when it holds.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>When its opening was stored, or the last reminder of it.</summary>
    /// <value><see langword="null"/>: not yet.</value>
    public DateTimeOffset? ToldAt { get; init; }

    /// <summary>Until when nobody is told of it, since it may end by itself.</summary>
    /// <value><see langword="null"/>: people are told, or were.</value>
    public DateTimeOffset? QuietUntil { get; init; }

    /// <summary>When it ended.</summary>
    /// <value><see langword="null"/>: it has not.</value>
    public DateTimeOffset? ClosedAt { get; init; }

    /// <summary>For how long its source would tell nobody, where <see cref="ConditionOptions.TellAfter"/> does not say; not stored.</summary>
    /// <value>Zero: people are told at once.</value>
    public TimeSpan TellAfter { get; init; }

    /// <summary>One that is about no node.</summary>
    internal static Condition Of(
        ConditionKind kind, ConditionSeverity severity, string subject, DateTimeOffset since, string message, string remedy) => new()
        {
            Kind = kind,
            Subject = subject,
            Severity = severity,
            Since = since,
            Message = message,
            Remedy = remedy,
        };

    /// <summary>One whose subject is a node.</summary>
    /// <param name="kind">What is the matter.</param>
    /// <param name="severity">How urgent it is.</param>
    /// <param name="node">The node.</param>
    /// <param name="since">Since when it holds.</param>
    /// <param name="message">What is the matter, in a sentence.</param>
    /// <param name="remedy">What to do, in a sentence.</param>
    public static Condition OfNode(
        ConditionKind kind, ConditionSeverity severity, NodeId node, DateTimeOffset since, string message, string remedy) =>
        Of(kind, severity, node.Value, since, message, remedy) with { NodeId = node };
}
