using ThunderStack.Webhooks.Actions;
using ThunderStack.Webhooks.Conditions;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Keys;

namespace ThunderStack.Webhooks.InMemory;

/// <summary>What a database would hold. It outlives the inbox that is open on it, and whoever touches it has its lock.</summary>
public sealed class InMemoryData
{
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _lastPlace;

    internal Lock Gate { get; } = new();

    /// <summary>Tells a cursor of this database from one of another.</summary>
    internal string Name { get; } = Guid.NewGuid().ToString("N");

    /// <summary>Every id there ever was: retention leaves them, so that an old event sent again is still a duplicate.</summary>
    internal HashSet<WebhookEventId> Ids { get; } = [];

    /// <summary>The events, in order of receipt.</summary>
    internal SortedDictionary<long, StoredEvent> Events { get; } = [];

    internal Dictionary<WebhookEventId, StoredEvent> EventsById { get; } = [];

    /// <summary>Every handler that ever took part, in the order of their first time.</summary>
    internal List<StoredHandler> Handlers { get; } = [];

    internal Dictionary<NodeId, NodeState> Nodes { get; } = [];

    /// <summary>The keys that events were accepted with or that were trusted.</summary>
    internal Dictionary<KeyFingerprint, ReadOnlyMemory<byte>> Keys { get; } = [];

    internal Dictionary<string, IReadOnlyList<StoredPublicKey>> TrustedKeys { get; } = new(StringComparer.Ordinal);

    internal SortedDictionary<string, StoredCookieKey> CookieKeys { get; } = new(StringComparer.Ordinal);

    internal List<Condition> OpenConditions { get; } = [];

    internal List<Condition> ClosedConditions { get; } = [];

    /// <summary>The events that say how a condition stands now; what earlier ones said is stale.</summary>
    internal Dictionary<(ConditionKind Kind, string Subject), (WebhookEventId Change, WebhookEventId? Reminder)> LatestConditionEvents { get; } = [];

    /// <summary>What was done to each node, the latest first.</summary>
    internal Dictionary<NodeId, List<NodeAction>> Actions { get; } = [];

    internal Dictionary<(string Handler, DateTimeOffset From), HandlerRate> Rates { get; } = [];

    internal List<AuditRecord> Audit { get; } = [];

    /// <summary>Completes with the next change after which there may be something to claim.</summary>
    internal Task Changed => _changed.Task;

    internal StoredHandler? FindHandler(string name) => Handlers.Find(handler => handler.Name == name);

    /// <summary>Places are taken by events, and by replays, which stand behind every event there was.</summary>
    internal long TakePlace() => ++_lastPlace;

    internal void TellChange()
    {
        var changed = _changed;
        _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        changed.SetResult();
    }

    /// <summary>Stores an event with a delivery for every handler; not when it was stored before.</summary>
    internal bool TryAppend(InboxEntry entry)
    {
        if (!Ids.Add(entry.Id))
        {
            return false;
        }

        entry.IsChange = entry.Status is not { } status || UpdateNode(entry, status);
        var stored = new StoredEvent(TakePlace(), entry);
        Events.Add(stored.Place, stored);
        EventsById.Add(entry.Id, stored);
        foreach (var handler in Handlers)
        {
            var delivery = new StoredDelivery(stored, handler) { Turn = stored.Place };
            stored.Deliveries.Add(delivery);
            handler.Waiting.Add(delivery);
        }

        TellChange();
        return true;
    }

    /// <summary>Whether the node already has a newer event, or the condition a later one.</summary>
    internal bool IsStale(InboxEntry entry)
    {
        if (entry.Status is not null)
        {
            return entry.EffectiveAt < Nodes[entry.NodeId].EffectiveAt;
        }

        return ConditionChanged.TypeNames.Contains(entry.EventType)
            && !LatestConditionEvents.Values.Any(latest => latest.Change == entry.Id || latest.Reminder == entry.Id);
    }

    /// <summary>Whether this changed the node's status. An older event changes nothing; of two equally old, the one received last counts.</summary>
    private bool UpdateNode(InboxEntry entry, NodeStatus status)
    {
        var known = Nodes.GetValueOrDefault(entry.NodeId);
        if (entry.EffectiveAt < known?.EffectiveAt)
        {
            return false;
        }

        Nodes[entry.NodeId] = new NodeState(entry.NodeId, status, entry.EffectiveAt, entry.Id);
        return known?.Status != status;
    }
}
