using ThunderStack.Webhooks.Conditions;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Inbox;

namespace ThunderStack.Webhooks.Stores;

/// <summary>
/// Says what was committed, by this process and by those that share the store with it, for who looks on. While nobody does it costs a
/// comparison.
/// </summary>
public interface IInboxFeed
{
    /// <summary>Raised by whoever has committed something, on whatever thread. Who listens must neither throw nor take time.</summary>
    event Action<InboxHint>? Committed;
}

/// <summary>Something that was committed.</summary>
public abstract record InboxHint
{
    /// <summary>An event.</summary>
    /// <param name="Entry">The event.</param>
    public sealed record Stored(InboxEntry Entry) : InboxHint;

    /// <summary>What an attempt came to.</summary>
    /// <param name="Delivery">How its delivery stands since.</param>
    public sealed record Settled(DeliveryRecord Delivery) : InboxHint;

    /// <summary>What happened to a condition.</summary>
    /// <param name="Condition">The condition.</param>
    /// <param name="Change">What happened to it.</param>
    /// <param name="At">When.</param>
    public sealed record Changed(Condition Condition, ConditionChange Change, DateTimeOffset At) : InboxHint;

    /// <summary>Deliveries were handed out again; of a handler, or an event, where the filter names one.</summary>
    /// <param name="Filter">Which.</param>
    /// <param name="Count">How many.</param>
    public sealed record Replayed(DeliveryFilter Filter, int Count) : InboxHint;

    /// <summary>Dead letters were let go.</summary>
    /// <param name="Filter">Which.</param>
    /// <param name="Count">How many.</param>
    public sealed record Discarded(DeliveryFilter Filter, int Count) : InboxHint;

    /// <summary>A handler was paused by somebody, or resumed.</summary>
    /// <param name="Handler">The handler.</param>
    /// <param name="By">Who paused it; <see langword="null"/>: it was resumed.</param>
    public sealed record Paused(string Handler, string? By) : InboxHint;

    /// <summary>More was committed than could be told.</summary>
    public sealed record Lost : InboxHint;
}

/// <summary>Carries hints between the processes that share a store, while somebody looks on in one of them.</summary>
public interface IHintExchange
{
    /// <summary>Another process has committed something.</summary>
    event Action<InboxHint>? Heard;

    /// <summary>Somebody has begun to look on in another process, or nobody does any more.</summary>
    event Action<bool>? Wanted;

    /// <summary>Says whether somebody looks on in this process.</summary>
    /// <param name="isSomebody">Whether somebody does.</param>
    void LookOn(bool isSomebody);

    /// <summary>Tells the others.</summary>
    /// <param name="hint">What this process has committed.</param>
    void Send(InboxHint hint);
}
