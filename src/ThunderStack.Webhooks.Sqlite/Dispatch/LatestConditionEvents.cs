using System.Collections.Concurrent;
using ThunderStack.Webhooks.Events;

namespace ThunderStack.Webhooks.Sqlite.Dispatch;

/// <summary>The last event of each condition, by which an earlier one is known as stale.</summary>
internal sealed class LatestConditionEvents
{
    private readonly ConcurrentDictionary<WebhookEventId, bool> _ids = new();

    public bool IsStale(InboxEntry entry) => ConditionChanged.TypeNames.Contains(entry.EventType) && !_ids.ContainsKey(entry.Id);

    public void Add(WebhookEventId id) => _ids.TryAdd(id, true);

    public void Remove(WebhookEventId id) => _ids.TryRemove(id, out _);
}
