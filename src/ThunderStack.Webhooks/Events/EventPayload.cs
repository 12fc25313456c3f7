using System.Diagnostics.CodeAnalysis;

namespace ThunderStack.Webhooks.Events;

/// <summary>What the contract says is in a body.</summary>
public sealed class EventPayload
{
    /// <summary><c>eventType</c> as sent.</summary>
    public required string EventType { get; init; }

    /// <summary><c>nodeId</c>, equal to <c>details.nodeId</c>.</summary>
    public required NodeId NodeId { get; init; }

    /// <summary><c>details.status</c>; only for <see cref="NodeStatusUpdated"/>.</summary>
    public NodeStatus? Status { get; init; }

    /// <summary><c>eventTimestamp</c> as sent.</summary>
    public string? TimestampText { get; init; }

    /// <summary><c>eventTimestamp</c> as an instant.</summary>
    public DateTimeOffset? Timestamp { get; init; }
}

/// <summary>A payload, or why the body has none.</summary>
public readonly struct EventPayloadResult
{
    private EventPayloadResult(EventPayload? payload, string? problem, EventPayloadProblem kind)
    {
        Payload = payload;
        Problem = problem;
        Kind = kind;
    }

    /// <summary>The payload, when the body keeps to the contract.</summary>
    public EventPayload? Payload { get; }

    /// <summary>What is wrong, naming the field; never quotes the body.</summary>
    public string? Problem { get; }

    /// <summary>Which check <see cref="Problem"/> is of.</summary>
    public EventPayloadProblem Kind { get; }

    /// <summary>Whether the body keeps to the contract.</summary>
    [MemberNotNullWhen(true, nameof(Payload))]
    [MemberNotNullWhen(false, nameof(Problem))]
    public bool IsValid => Payload is not null;

    internal static EventPayloadResult Valid(EventPayload payload) => new(payload, null, EventPayloadProblem.None);

    internal static EventPayloadResult Invalid(EventPayloadProblem kind, string problem) => new(null, problem, kind);
}

/// <summary>Which check a body failed, in the order in which they are made.</summary>
public enum EventPayloadProblem
{
    /// <summary>None.</summary>
    None,

    /// <summary>It is not UTF-8.</summary>
    Encoding,

    /// <summary>It is not one JSON object without duplicate properties.</summary>
    Json,

    /// <summary>A documented field is missing, or is not what is documented.</summary>
    Contract,

    /// <summary><c>nodeId</c> and <c>details.nodeId</c> differ.</summary>
    NodeMismatch,
}
