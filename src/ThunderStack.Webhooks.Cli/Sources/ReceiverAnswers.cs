using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Inbox;

namespace ThunderStack.Webhooks.Cli.Sources;

/// <summary>What the management API answers, as far as this tool reads it.</summary>
internal static class ReceiverAnswers
{
    internal sealed record Page<T>(IReadOnlyList<T> Items, string? Next);

    internal sealed record Event(
        string Id, string? NodeId, EventSource Source, string EventType, string? Status, DateTimeOffset ReceivedAt, string? TimestampText, string? KeyFingerprint);

    internal sealed record EventDetail(Event Event, string? Signature, string? Body, bool IsBodyRemoved, IReadOnlyList<EventDelivery> Deliveries);

    internal sealed record EventDelivery(string Handler, DeliveryState State, int Attempts, DateTimeOffset At, DateTimeOffset? DueAt, string? Error);

    internal sealed record Lane(
        string Handler, string? NodeId, int Pending, int Scheduled, DateTimeOffset OldestReceivedAt, string NextEventId, int Attempts, DateTimeOffset? DueAt);

    internal sealed record Condition(
        string Kind, string Subject, string? NodeId, ConditionSeverity Severity, string Message, string? Remedy, DateTimeOffset Since, DateTimeOffset? ClosedAt);

    internal sealed record Handler(
        string Name, long Pending, long Scheduled, DateTimeOffset? OldestReceivedAt, int DeadLetters, Handlers.HandlerRateView LastHour, DateTimeOffset? PausedAt, string? PausedBy);

    internal sealed record Node(string Id, string? Name, string? Status, DateTimeOffset? Since, string? EventId, Readiness? Readiness);

    internal sealed record Readiness(string State);

    internal sealed record Key(string? Fingerprint);

    internal sealed record Inbox(bool IsHealthy, string? Problem, long EstimatedEvents);

    internal sealed record Overview(
        string Version, IReadOnlyList<Condition> Conditions, IReadOnlyList<Node> Nodes, IReadOnlyList<Handler> Handlers, Key Key, Inbox Inbox);

    internal sealed record Changed(int Count);

    internal sealed record Paused(bool IsChange);
}
