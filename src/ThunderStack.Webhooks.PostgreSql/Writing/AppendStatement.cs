using NpgsqlTypes;
using ThunderStack.Webhooks.Events;

namespace ThunderStack.Webhooks.PostgreSql.Writing;

/// <summary>Stores a batch of events and their nodes' states: one round trip, one commit.</summary>
internal sealed class AppendStatement(SchemaName schema, TransactionSettings settings, TimeSpan timeout)
{
    // Names the locked nodes to the second statement; gone with the transaction.
    private const string Locked = "thunderstack.nodes";

    // Before anything is numbered or looked up, and always in this order: two replicas with the same nodes wait, and never for
    // each other.
    public string LockSql { get; } =
        $"""
        SELECT set_config('{Locked}', coalesce(string_agg(l.node::text, ','), ''), true) FROM (
            SELECT node FROM {schema}.nodes WHERE node_id = ANY($1) ORDER BY node FOR NO KEY UPDATE) l
        """;

    // The same event is of the same node, whose row is locked: what is not there now cannot come until the commit. So it is
    // looked up and then inserted, which costs an eighth less than ON CONFLICT; a subquery, so that no plan reads all ids. An
    // event whose node or key is not found by name, or not locked, is not stored: the caller adds the names and sends it again.
    // Signatures and bodies, most of the bytes, go straight from the parameters into their table.
    public string StoreSql { get; } =
        $"""
        WITH sent AS MATERIALIZED (
            SELECT u.*, n.node, k.key,
                u.status IS NULL OR (u.effective_at >= coalesce(greatest(u.before_at, n.effective_at), u.effective_at) AND u.status IS DISTINCT FROM
                    CASE WHEN u.before_at >= coalesce(n.effective_at, u.before_at) THEN u.before ELSE n.status END) AS changed,
                (SELECT true FROM {schema}.event_ids e WHERE e.id = u.id) AS is_known,
                n.node IS NOT NULL AND (u.fingerprint IS NULL OR k.key IS NOT NULL) AS is_named
            FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $13, $14) WITH ORDINALITY
                AS u(id, node_id, source, type, status, event_timestamp, occurred_at, received_at, fingerprint, effective_at, before, before_at, place)
            LEFT JOIN {schema}.nodes n ON n.node_id = u.node_id
                AND n.node = ANY((SELECT string_to_array(current_setting('{Locked}', true), ',')::integer[])::integer[])
            LEFT JOIN {schema}.public_keys k ON k.fingerprint = u.fingerprint
        ), fresh AS MATERIALIZED (
            SELECT nextval('{schema}.turns') AS seq, i.* FROM (SELECT * FROM sent WHERE is_named AND is_known IS NULL ORDER BY place) i
        ), ids AS (
            INSERT INTO {schema}.event_ids(id, seq) SELECT id, seq FROM fresh
        ), stored AS (
            INSERT INTO {schema}.events(
                seq, id, node, source, type, status, event_timestamp, occurred_at, received_at, key, changed, signature, body)
            SELECT seq, id, node, source, type, status, event_timestamp, occurred_at, received_at, key, changed, ($11)[place], ($12)[place] FROM fresh
        ), latest AS (
            SELECT DISTINCT ON (node) node, max(seq) OVER (PARTITION BY node) AS last_turn, status, effective_at, id
            FROM fresh ORDER BY node, status IS NULL, effective_at DESC, seq DESC
        ), states AS (
            UPDATE {schema}.nodes n SET
                last_turn = l.last_turn,
                status = CASE WHEN l.effective_at >= coalesce(n.effective_at, l.effective_at) AND l.status IS NOT NULL THEN l.status ELSE n.status END,
                event_id = CASE WHEN l.effective_at >= coalesce(n.effective_at, l.effective_at) AND l.status IS NOT NULL THEN l.id ELSE n.event_id END,
                effective_at = CASE WHEN l.status IS NOT NULL THEN greatest(n.effective_at, l.effective_at) ELSE n.effective_at END
            FROM latest l WHERE n.node = l.node
        )
        SELECT place::integer, CASE WHEN is_known THEN {(int)StoredAs.Duplicate} WHEN is_named THEN {(int)StoredAs.New} ELSE {(int)StoredAs.Unnamed} END,
            coalesce(node, 0)
        FROM sent
        """;

    /// <summary>Stores what is new. Says of each event what became of it, and what its node's number is.</summary>
    public (StoredAs As, int Node)[] Execute(NpgsqlConnection connection, IReadOnlyList<PendingAppend> appends)
    {
        using var batch = settings.CreateBatch(connection, timeout);
        AddTo(batch, appends.Column(append => append.Entry), appends.Column(append => append.Key?.Fingerprint.Value));
        using var reader = batch.ExecuteReader();
        reader.NextResult();
        reader.NextResult();
        var stored = new (StoredAs, int)[appends.Count];
        while (reader.Read())
        {
            stored[reader.GetInt32(0) - 1] = ((StoredAs)reader.GetInt32(1), reader.GetInt32(2));
        }

        // Only now is it committed: a result set that is complete says nothing yet.
        reader.Drain();
        return stored;
    }

    /// <summary>Adds the two statements: one that answers a row, and one that answers a row for each event, the node's number last.</summary>
    public void AddTo(NpgsqlBatch batch, InboxEntry[] entries, string?[] fingerprints)
    {
        var before = StatusesBefore(entries);
        batch.Add(LockSql).With(entries.Select(entry => StoredText.Encode(entry.NodeId.Value)).Distinct().ToArray());
        batch.Add(StoreSql)
            .WithFields(entries)
            .With(fingerprints, NpgsqlDbType.Array | NpgsqlDbType.Text)
            .With(entries.Column(Instant.EffectiveAt))
            .WithBytes(entries)
            .With(before.Column(state => StoredText.Encode(state?.Status)), NpgsqlDbType.Array | NpgsqlDbType.Text)
            .With(before.Column(state => state?.EffectiveAt));
    }

    /// <summary>Of each event, the latest status that the batch has for its node before it: of what the tables have, the server knows.</summary>
    private static (string Status, long EffectiveAt)?[] StatusesBefore(InboxEntry[] entries)
    {
        var latest = new Dictionary<NodeId, (string Status, long EffectiveAt)?>(entries.Length);
        return entries.Column(entry =>
        {
            var before = latest.GetValueOrDefault(entry.NodeId);
            if (entry.Status is { } status && Instant.EffectiveAt(entry) is var at && at >= (before?.EffectiveAt ?? at))
            {
                latest[entry.NodeId] = (status.Value, at);
            }

            return before;
        });
    }
}

/// <summary>What became of an event that was sent to the tables.</summary>
internal enum StoredAs
{
    /// <summary>It was not there, and is not there now: its node or key has to be added first.</summary>
    Unnamed,

    /// <summary>It is stored with this commit.</summary>
    New,

    /// <summary>It was there before.</summary>
    Duplicate,
}
