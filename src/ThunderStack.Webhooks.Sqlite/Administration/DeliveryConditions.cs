namespace ThunderStack.Webhooks.Sqlite.Administration;

/// <summary>A <see cref="DeliveryFilter"/> in SQL, but for the state.</summary>
internal static class DeliveryConditions
{
    private const int Handler = 10;
    private const int ErrorCode = 11;
    private const int AsOf = 12;

    /// <summary>
    /// What rows of <c>events e</c>, <c>handlers h</c> and <c>deliveries d</c> must hold; its parameters are those of
    /// <see cref="Bind"/>.
    /// </summary>
    public static string Sql(DeliveryFilter filter)
    {
        string?[] conditions =
        [
            filter.NodeId is null ? null : "e.node_id = ?1",
            filter.From is null ? null : "e.received_at >= ?3",
            filter.To is null ? null : "e.received_at < ?4",
            filter.EventId is null ? null : "e.seq = (SELECT i.seq FROM event_ids i WHERE i.id = ?5)",
            filter.Handler is null ? null : $"h.name = ?{Handler}",
            filter.ErrorCode is null ? null : $"d.error_code = ?{ErrorCode}",
            filter.AsOf is null ? null : $"d.at <= ?{AsOf}",
        ];
        return string.Join(" AND ", conditions.OfType<string>().DefaultIfEmpty("TRUE"));
    }

    /// <summary>Binds the parameters of <see cref="Sql"/>; 2 and 6 to 9 are the caller's.</summary>
    public static void Bind(Statement rows, DeliveryFilter filter)
    {
        if (filter.NodeId is { } node)
        {
            rows.Bind(1, node.Value);
        }

        // A bound on whole milliseconds: what was received in the same one counts as after.
        if (filter.From is { } from)
        {
            rows.Bind(3, Instant.ToMilliseconds(from));
        }

        if (filter.To is { } to)
        {
            rows.Bind(4, Instant.ToMilliseconds(to));
        }

        if (filter.EventId is { } id)
        {
            rows.Bind(5, id.ToByteArray());
        }

        if (filter.Handler is { } handler)
        {
            rows.Bind(Handler, handler);
        }

        if (filter.ErrorCode is { } code)
        {
            rows.Bind(ErrorCode, code);
        }

        if (filter.AsOf is { } asOf)
        {
            rows.Bind(AsOf, Instant.ToMilliseconds(asOf));
        }
    }
}
