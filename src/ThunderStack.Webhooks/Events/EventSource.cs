namespace ThunderStack.Webhooks.Events;

/// <summary>Who said so: where an event comes from.</summary>
public enum EventSource
{
    /// <summary>A webhook that ThunderStack signed.</summary>
    Webhook = 0,

    /// <summary>
    /// The cloud's own answer when it was asked, for a change whose webhook never came. It carries no signature, and was not
    /// sent by anybody.
    /// </summary>
    Reconciled = 1,

    /// <summary>This product, which has noticed something that needs a person. It carries no signature.</summary>
    Observed = 2,
}
