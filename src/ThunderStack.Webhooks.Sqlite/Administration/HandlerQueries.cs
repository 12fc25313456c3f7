using ThunderStack.Webhooks.Conditions;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Keys;

namespace ThunderStack.Webhooks.Sqlite.Administration;

/// <summary>Finds what there are few of: handlers, nodes, conditions, keys.</summary>
internal static class HandlerQueries
{
    public static string Identify(Database database) => database.ReadText("SELECT name FROM identity")!;

    public static IReadOnlyList<HandlerRecord> ListHandlers(Database database) => database.ReadAll(
        "SELECT name, paused_at, paused_by FROM handlers ORDER BY name",
        static row => new HandlerRecord(row.GetString(0), Instant.FromMilliseconds(row.GetNullableInt64(1)), row.GetText(2)));

    public static IReadOnlyList<HandlerRate> ListRates(Database database, DateTimeOffset from) => database.ReadAll(
        """
        SELECT h.name, r.began_at, r.succeeded, r.failed, r.dead_lettered FROM handler_rates r JOIN handlers h ON h.handler = r.handler
        WHERE r.began_at > ?1 ORDER BY r.began_at, h.name
        """,
        static row => new HandlerRate(
            row.GetString(0), Instant.FromMilliseconds(row.GetInt64(1)), row.GetInt64(2), row.GetInt64(3), row.GetInt64(4)),
        Instant.ToMilliseconds(from - HandlerRate.Interval));

    public static IReadOnlyList<AuditRecord> ListAudit(Database database, int limit) => database.ReadAll(
        "SELECT at, who, action, target, outcome FROM audit ORDER BY entry DESC LIMIT ?1",
        static row => new AuditRecord(
            Instant.FromMilliseconds(row.GetInt64(0)), row.GetString(1), row.GetString(2), row.GetString(3), row.GetString(4)),
        Math.Max(0, limit));

    public static IReadOnlyList<Condition> ListConditions(Database database, bool closed) => database.ReadAll(
        $"SELECT {ConditionCommands.Columns} FROM conditions WHERE {(closed ? "closed_at IS NOT NULL" : "closed_at IS NULL")} ORDER BY condition DESC LIMIT {(closed ? "200" : "-1")}",
        ConditionCommands.Read);

    public static IReadOnlyList<NodeState> ListNodeStates(Database database) => database.ReadAll(
        "SELECT node_id, status, effective_at, event_id FROM node_states ORDER BY node_id",
        static row => new NodeState(
            new NodeId(row.GetString(0)),
            new NodeStatus(row.GetString(1)),
            Instant.FromMicroseconds(row.GetInt64(2)),
            new WebhookEventId(row.GetSpan(3))));

    public static IReadOnlyDictionary<KeyFingerprint, ReadOnlyMemory<byte>> ListKeys(Database database) => database
        .ReadAll(
            "SELECT fingerprint, spki FROM public_keys",
            static row => (Fingerprint: new KeyFingerprint(row.GetString(0)), Key: row.GetBytes(1)))
        .ToDictionary(key => key.Fingerprint, key => (ReadOnlyMemory<byte>)key.Key);
}
