using System.Text.Json;

namespace ThunderStack.Webhooks.Sqlite.Administration;

/// <summary>An <see cref="EventFilter"/> in SQL.</summary>
internal static class EventConditions
{
    private const int Status = 10;
    private const int Source = 11;
    private const int Handler = 12;
    private const int IdEnd = 13;
    private const int NodePart = 14;
    private const int Nodes = 15;

    /// <summary>
    /// What a row of <c>events e</c> must hold; its parameters are those of <see cref="Bind"/>. Only what is asked for: an index
    /// serves no condition that may not count.
    /// </summary>
    public static string Sql(EventFilter filter)
    {
        string?[] conditions =
        [
            filter.NodeId is null ? null : "e.node_id = ?1",
            filter.EventType is null ? null : "e.type = ?2",
            filter.From is null ? null : "e.received_at >= ?3",
            filter.To is null ? null : "e.received_at < ?4",
            filter.Before is null ? null : "e.seq < (SELECT b.seq FROM event_ids b WHERE b.id = ?5)",
            filter.Status is null ? null : $"e.status = ?{Status}",
            filter.Source is null ? null : $"e.source = ?{Source}",
            filter.OnlyChanges ? "e.changed = 1 AND e.status IS NOT NULL" : null,
            filter.State is { } state ? HasDelivery(state, filter.Handler is not null) : null,
            filter.Text is null
                ? null
                : $"(hex(e.id) LIKE ?{IdEnd} ESCAPE '\\' OR e.node_id LIKE ?{NodePart} ESCAPE '\\' OR e.node_id IN (SELECT value FROM json_each(?{Nodes})))",
        ];
        return string.Join(" AND ", conditions.OfType<string>().DefaultIfEmpty("TRUE"));
    }

    /// <summary>Binds the parameters 1 to 5 and from 10 on of <see cref="Sql"/>; 6 to 9 are the caller's.</summary>
    public static void Bind(Statement rows, EventFilter filter)
    {
        // Bounds on whole milliseconds: what was received in the same one counts as after.
        rows.BindAll(
            filter.NodeId?.Value, filter.EventType, Instant.ToMilliseconds(filter.From), Instant.ToMilliseconds(filter.To), filter.Before?.ToByteArray());

        // A parameter that the statement does not have cannot be bound.
        if (filter.Status is { } status)
        {
            rows.Bind(Status, status.Value);
        }

        if (filter.Source is { } source)
        {
            rows.Bind(Source, (long)source);
        }

        if (filter is { State: not null, Handler: { } handler })
        {
            rows.Bind(Handler, handler);
        }

        if (filter.Text is { } text)
        {
            var pattern = LikePattern.Escape(text);
            rows.Bind(IdEnd, $"%{pattern}");
            rows.Bind(NodePart, $"%{pattern}%");
            rows.Bind(Nodes, JsonSerializer.Serialize(filter.TextNodes.Select(node => node.Value).ToArray(), SqliteJson.Default.StringArray));
        }
    }

    private static string HasDelivery(DeliveryState state, bool ofHandler)
    {
        var named = ofHandler ? $"h.name = ?{Handler} AND " : "";
        return state == DeliveryState.Pending
            ? $"EXISTS (SELECT 1 FROM handlers h WHERE {named}e.seq > h.settled_through AND NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.handler = h.handler AND d.seq = e.seq))"
            : $"EXISTS (SELECT 1 FROM handlers h CROSS JOIN deliveries d ON d.handler = h.handler AND d.seq = e.seq WHERE {named}d.state = {(int)state})";
    }
}
