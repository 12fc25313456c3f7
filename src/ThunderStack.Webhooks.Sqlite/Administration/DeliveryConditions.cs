namespace ThunderStack.Webhooks.Sqlite.Administration;

/// <summary>A <see cref="DeliveryFilter"/> in SQL, but for the state.</summary>
internal static class DeliveryConditions
{
    /// <summary>
    /// What rows of <c>events e</c>, <c>handlers h</c> and <c>deliveries d</c> must hold; its parameters are those of
    /// <see cref="Bind"/>.
    /// </summary>
    public static string Sql(DeliveryFilter filter) =>
        string.Join(" AND ", Given(filter).Select(condition => condition.Sql).DefaultIfEmpty("TRUE"));

    /// <summary>Binds the parameters of <see cref="Sql"/>; 2 and 6 to 9 are the caller's.</summary>
    public static void Bind(Statement rows, DeliveryFilter filter)
    {
        foreach (var (_, parameter, value) in Given(filter))
        {
            rows.Bind(parameter, value);
        }
    }

    // Bounds on whole milliseconds: what was received in the same one counts as after. A parameter that the statement does not have
    // cannot be bound.
    private static IEnumerable<(string Sql, int Parameter, SqlValue Value)> Given(DeliveryFilter filter)
    {
        (string Sql, int Parameter, SqlValue Value)[] all =
        [
            ("e.node_id = ?1", 1, filter.NodeId?.Value),
            ("e.received_at >= ?3", 3, Instant.ToMilliseconds(filter.From)),
            ("e.received_at < ?4", 4, Instant.ToMilliseconds(filter.To)),
            ("e.seq = (SELECT i.seq FROM event_ids i WHERE i.id = ?5)", 5, filter.EventId?.ToByteArray()),
            ("h.name = ?10", 10, filter.Handler),
            ("d.error_code = ?11", 11, filter.ErrorCode),
            ("d.at <= ?12", 12, Instant.ToMilliseconds(filter.AsOf)),
        ];
        return all.Where(condition => condition.Value != default);
    }
}
