using ThunderStack.Webhooks.Conditions;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Inbox;

namespace ThunderStack.Webhooks.Stores;

/// <summary>
/// Says what was committed, by this process and by those that share the store with it, for who looks on. While nobody does it costs a
/// comparison.
/// </summary>
internal interface IInboxFeed
{
    /// <summary>Raised by whoever has committed something, on whatever thread. Who listens must neither throw nor take time.</summary>
    event Action<InboxHint>? Committed;
}

/// <summary>Something that was committed.</summary>
internal abstract record InboxHint
{
    /// <summary>An event.</summary>
    internal sealed record Stored(InboxEntry Entry) : InboxHint;

    /// <summary>What an attempt came to.</summary>
    internal sealed record Settled(DeliveryRecord Delivery) : InboxHint;

    /// <summary>What happened to a condition.</summary>
    internal sealed record Changed(Condition Condition, ConditionChange Change, DateTimeOffset At) : InboxHint;

    /// <summary>Deliveries were handed out again; of a handler, or an event, where the filter names one.</summary>
    internal sealed record Replayed(DeliveryFilter Filter, int Count) : InboxHint;

    /// <summary>Dead letters were let go.</summary>
    internal sealed record Discarded(DeliveryFilter Filter, int Count) : InboxHint;

    /// <summary>A handler was paused by somebody, or resumed.</summary>
    internal sealed record Paused(string Handler, string? By) : InboxHint;

    /// <summary>More was committed than could be told.</summary>
    internal sealed record Lost : InboxHint;
}

/// <summary>Carries hints between the processes that share a store, while somebody looks on in one of them.</summary>
internal interface IHintExchange
{
    /// <summary>Another process has committed something.</summary>
    event Action<InboxHint>? Heard;

    /// <summary>Somebody has begun to look on in another process, or nobody does any more.</summary>
    event Action<bool>? Wanted;

    /// <summary>Says whether somebody looks on in this process.</summary>
    void LookOn(bool isSomebody);

    /// <summary>Tells the others.</summary>
    void Send(InboxHint hint);
}
