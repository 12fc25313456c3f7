using ThunderStack.Webhooks.Inbox;

namespace ThunderStack.Webhooks.InMemory;

/// <summary>What filters ask for.</summary>
internal static class InMemoryFilters
{
    /// <summary>Whether an event is asked for, but for <see cref="EventFilter.Before"/>.</summary>
    public static bool Matches(EventFilter filter, StoredEvent stored)
    {
        var entry = stored.Entry;
        return (filter.NodeId is not { } node || entry.NodeId == node)
            && (filter.EventType is not { } type || entry.EventType == type)
            && (filter.Status is not { } status || entry.Status == status)
            && (filter.Source is not { } source || entry.Source == source)
            && (!filter.OnlyChanges || (entry.IsChange && entry.Status is not null))
            && (filter.State is not { } state || stored.Deliveries.Exists(delivery => delivery.State == state && IsOf(filter.Handler, delivery)))
            && (filter.Text is not { } text || HasText(filter, entry, text))
            && (filter.From is not { } from || entry.ReceivedAt >= from)
            && (filter.To is not { } to || entry.ReceivedAt < to);
    }

    /// <summary>Whether a delivery is asked for, but for its state.</summary>
    public static bool Matches(DeliveryFilter filter, StoredDelivery delivery)
    {
        var entry = delivery.Event.Entry;
        return (filter.EventId is not { } id || entry.Id == id)
            && IsOf(filter.Handler, delivery)
            && (filter.NodeId is not { } node || entry.NodeId == node)
            && (filter.ErrorCode is not { } code || delivery.ErrorCode == code)
            && (filter.AsOf is not { } asOf || delivery.At <= asOf)
            && (filter.From is not { } from || entry.ReceivedAt >= from)
            && (filter.To is not { } to || entry.ReceivedAt < to);
    }

    private static bool IsOf(string? handler, StoredDelivery delivery) => handler is null || delivery.Handler.Name == handler;

    private static bool HasText(EventFilter filter, InboxEntry entry, string text) =>
        entry.Id.ToString().EndsWith(text, StringComparison.OrdinalIgnoreCase)
        || entry.NodeId.Value.Contains(text, StringComparison.OrdinalIgnoreCase)
        || filter.TextNodes.Contains(entry.NodeId);
}
