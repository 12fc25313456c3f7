using ThunderStack.Webhooks.Conditions;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Inbox;

namespace ThunderStack.Webhooks.Dispatch;

/// <summary>
/// Which events a handler is given; everything that is said must hold. It is asked before the first attempt, with the settings of then;
/// what it leaves out is recorded, so that a later change of the settings brings nothing back.
/// </summary>
public sealed record HandlerFilter
{
    /// <summary>What a handler is given without a filter: what the nodes did, and nothing that this product has noticed.</summary>
    internal static HandlerFilter Default { get; } = new() { Sources = [EventSource.Webhook, EventSource.Reconciled] };

    /// <summary>What somebody is told without a filter: what the nodes did, and what else needs a person soon.</summary>
    internal static HandlerFilter OfNotifiers { get; } = new()
    {
        TakesWhatNodesDid = true,
        SkipsQuiet = true,
        Severities = [ConditionSeverity.Critical, ConditionSeverity.Warning],
    };

    /// <summary>The handlers of code that ask for conditions by type.</summary>
    internal static HandlerFilter Everything { get; } = new();

    /// <summary>Only of these nodes, by their ids.</summary>
    /// <value>Empty: of all.</value>
    public IReadOnlyList<string> Nodes { get; init; } = [];

    /// <summary>Only events with one of these statuses.</summary>
    /// <value>Empty: all events.</value>
    public IReadOnlyList<string> Statuses { get; init; } = [];

    /// <summary>Only events of these types.</summary>
    /// <value>Empty: of all.</value>
    public IReadOnlyList<string> EventTypes { get; init; } = [];

    /// <summary>Only events of these sources.</summary>
    /// <value>Empty: of all.</value>
    public IReadOnlyList<EventSource> Sources { get; init; } = [];

    /// <summary>Of conditions, only these kinds.</summary>
    /// <value>Empty: all.</value>
    public IReadOnlyList<string> Conditions { get; init; } = [];

    /// <summary>Of conditions, only these severities.</summary>
    /// <value>Empty: all.</value>
    public IReadOnlyList<ConditionSeverity> Severities { get; init; } = [];

    /// <summary>
    /// Whether <see cref="Severities"/> leave status events in. These tell themselves that a node failed or was paused, and that it no
    /// longer is: of those conditions only reminders are taken, so that nobody is told twice.
    /// </summary>
    public bool TakesWhatNodesDid { get; init; }

    /// <summary>Whether what may end by itself is left out: for those who tell people.</summary>
    public bool SkipsQuiet { get; init; }

    /// <summary>Only events that changed their node's status.</summary>
    public bool OnlyChanges { get; init; }

    /// <summary>Only events that no later one has overtaken.</summary>
    public bool NotStale { get; init; }

    private bool LooksAtConditions => Conditions.Count > 0 || Severities.Count > 0;

    /// <summary>Whether the handler is given this.</summary>
    /// <param name="handler">The handler's name.</param>
    /// <param name="delivery">The event.</param>
    /// <param name="types">Reads a condition.</param>
    internal bool Takes(string handler, Delivery delivery, EventTypes types)
    {
        var entry = delivery.Entry;
        return Holds(Sources, entry.Source)
            && Holds(Nodes, entry.NodeId.Value)
            && Holds(EventTypes, entry.EventType)
            && Holds(Statuses, entry.Status?.Value)
            && !(OnlyChanges && !entry.IsChange)
            && !(NotStale && delivery.IsStale)
            && (entry.Source != EventSource.Observed ? TakesWhatNodesDid || !LooksAtConditions : TakesCondition(handler, entry, types));
    }

    private bool TakesCondition(string handler, InboxEntry entry, EventTypes types)
    {
        WebhookEvent read;
        try
        {
            read = types.Read(entry);
        }
        catch (InvalidDataException)
        {
            // The attempt fails by it, and says so.
            return true;
        }

        if (read is not ConditionChanged condition)
        {
            return !LooksAtConditions;
        }

        // Whoever fails to tell must not be told of that, or it fails again.
        var isAboutItself = DispatchConditions.OfHandlers.Contains(condition.Kind) && condition.Subject.Split('/')[0] == handler;
        var isStatus = condition.Kind == ConditionKind.NodeFailed || condition.Kind == ConditionKind.NodePaused;
        return !isAboutItself
            && !(SkipsQuiet && condition.IsQuiet)
            && !(TakesWhatNodesDid && isStatus && condition.Change != ConditionChange.Reminded)
            && Holds(Conditions, condition.Kind.Value)
            && Holds(Severities, condition.Severity);
    }

    private static bool Holds<T>(IReadOnlyList<T> wanted, T? value) => wanted.Count == 0 || (value is not null && wanted.Contains(value));
}
