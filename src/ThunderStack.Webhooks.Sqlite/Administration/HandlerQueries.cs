using ThunderStack.Webhooks.Conditions;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Keys;
using ThunderStack.Webhooks.Sqlite.Storage;
using ThunderStack.Webhooks.Stores;

namespace ThunderStack.Webhooks.Sqlite.Administration;

/// <summary>Finds what there are few of: handlers, nodes, conditions, keys.</summary>
internal static class HandlerQueries
{
    public const string NodeStatesSql = "SELECT node_id, status, effective_at, event_id FROM node_states ORDER BY node_id";

    public static string Identify(Database database)
    {
        using var row = database.Query("SELECT name FROM identity");
        row.Step();
        return row.GetString(0);
    }

    public static IReadOnlyList<HandlerRecord> ListHandlers(Database database)
    {
        using var rows = database.Query("SELECT name, paused_at, paused_by FROM handlers ORDER BY name");
        return rows.ReadAll(static row => new HandlerRecord(
            row.GetString(0), row.GetNullableInt64(1) is { } pausedAt ? Instant.FromMilliseconds(pausedAt) : null, row.GetText(2)));
    }

    public static IReadOnlyList<HandlerRate> ListRates(Database database, DateTimeOffset from)
    {
        using var rows = database.Query(
            """
            SELECT h.name, r.began_at, r.succeeded, r.failed, r.dead_lettered FROM handler_rates r JOIN handlers h ON h.handler = r.handler
            WHERE r.began_at > ?1 ORDER BY r.began_at, h.name
            """);
        rows.Bind(1, Instant.ToMilliseconds(from - HandlerRate.Interval));
        return rows.ReadAll(static row => new HandlerRate(
            row.GetString(0), Instant.FromMilliseconds(row.GetInt64(1)), row.GetInt64(2), row.GetInt64(3), row.GetInt64(4)));
    }

    public static IReadOnlyList<AuditRecord> ListAudit(Database database, int limit)
    {
        using var rows = database.Query("SELECT at, who, action, target, outcome FROM audit ORDER BY entry DESC LIMIT ?1");
        rows.Bind(1, Math.Max(0, limit));
        return rows.ReadAll(static row => new AuditRecord(
            Instant.FromMilliseconds(row.GetInt64(0)), row.GetString(1), row.GetString(2), row.GetString(3), row.GetString(4)));
    }

    public static IReadOnlyList<Condition> ListConditions(Database database, bool closed)
    {
        using var rows = database.Query(
            $"SELECT {ConditionCommands.Columns} FROM conditions WHERE {(closed ? "closed_at IS NOT NULL" : "closed_at IS NULL")} ORDER BY condition DESC LIMIT {(closed ? "200" : "-1")}");
        return rows.ReadAll(ConditionCommands.Read);
    }

    public static IReadOnlyList<NodeState> ListNodeStates(Database database)
    {
        using var rows = database.Query(NodeStatesSql);
        return rows.ReadAll(ReadNodeState);
    }

    public static NodeState ReadNodeState(Statement row) => new(
        new NodeId(row.GetString(0)),
        new NodeStatus(row.GetString(1)),
        Instant.FromMicroseconds(row.GetInt64(2)),
        new WebhookEventId(row.GetSpan(3)));

    public static IReadOnlyDictionary<KeyFingerprint, ReadOnlyMemory<byte>> ListKeys(Database database)
    {
        using var rows = database.Query("SELECT fingerprint, spki FROM public_keys");
        return rows
            .ReadAll(static row => (Fingerprint: new KeyFingerprint(row.GetString(0)), Key: row.GetBytes(1)))
            .ToDictionary(key => key.Fingerprint, key => (ReadOnlyMemory<byte>)key.Key);
    }
}
