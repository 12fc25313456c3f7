using ThunderStack.Webhooks.Inbox;

namespace ThunderStack.Webhooks.InMemory;

/// <summary>How an event stands with a handler.</summary>
internal sealed class StoredDelivery(StoredEvent stored, StoredHandler handler)
{
    public StoredEvent Event { get; } = stored;

    public StoredHandler Handler { get; } = handler;

    public DeliveryState State { get; set; } = DeliveryState.Pending;

    /// <summary>When its turn is, among the places of events. Not to be changed while it waits: the handler's queue is ordered by it.</summary>
    public required long Turn { get; set; }

    /// <summary>How many attempts have ended.</summary>
    public int Attempts { get; set; }

    /// <summary>When the last one ended.</summary>
    public DateTimeOffset At { get; set; } = stored.Entry.ReceivedAt;

    /// <summary>When the next one is due, for people.</summary>
    public DateTimeOffset? DueAt { get; set; }

    /// <summary>When the wait for it began, by the clock that nobody can set, and how long it is.</summary>
    public (long Since, TimeSpan Delay) Wait { get; set; }

    public string? Error { get; set; }

    public string? ErrorCode { get; set; }

    public List<FailedAttempt> Failures { get; } = [];

    public DeliveryRecord ToRecord() => new(Event.Entry.Id, Handler.Name, State, Attempts, At, DueAt, Error)
    {
        NodeId = Event.Entry.NodeId,
        ErrorCode = ErrorCode,
    };
}
