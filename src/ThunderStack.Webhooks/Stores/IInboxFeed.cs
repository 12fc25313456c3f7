using ThunderStack.Webhooks.Conditions;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Inbox;

namespace ThunderStack.Webhooks.Stores;

/// <summary>Says what this process has just committed, for who looks on. While nobody does it costs a comparison.</summary>
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
    internal sealed record Settled(Delivery Delivery, Settlement Settlement) : InboxHint;

    /// <summary>What happened to a condition.</summary>
    internal sealed record Changed(Condition Condition, ConditionChange Change, DateTimeOffset At) : InboxHint;
}
