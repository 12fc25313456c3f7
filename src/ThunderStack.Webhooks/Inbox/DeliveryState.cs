namespace ThunderStack.Webhooks.Inbox;

/// <summary>How one delivery stands.</summary>
public enum DeliveryState
{
    /// <summary>Not yet attempted, or being attempted.</summary>
    Pending,

    /// <summary>Waits for its next attempt.</summary>
    Scheduled,

    /// <summary>Done.</summary>
    Succeeded,

    /// <summary>Failed for good; kept until replayed or discarded.</summary>
    DeadLettered,

    /// <summary>Was dead; let go by an operator.</summary>
    Discarded,

    /// <summary>Left out by the handler's filter; never replayed.</summary>
    Filtered,

    /// <summary>Overtaken by a later event, which the handler was given instead.</summary>
    Superseded,
}
