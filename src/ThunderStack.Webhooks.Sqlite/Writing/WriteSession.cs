using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Keys;
using ThunderStack.Webhooks.Sqlite.Dispatch;
using ThunderStack.Webhooks.Sqlite.Storage;
using ThunderStack.Webhooks.Stores;

namespace ThunderStack.Webhooks.Sqlite.Writing;

/// <summary>
/// The writer's connection: its prepared statements, and what the open transaction has changed that memory must take over
/// on commit or forget on rollback.
/// </summary>
internal sealed class WriteSession : IDisposable
{
    private const int MaxErrorLength = 1_000;

    // Enough pages that the commits that follow a successful probe find room as well.
    private const int ProbeSize = 65_536;

    private readonly NodeBook _nodes;
    private readonly Action<WritePhase, Database>? _fault;
    private readonly Dictionary<string, long> _keys = [];
    private readonly List<string> _newKeys = [];
    private readonly List<NodeSlot> _changedNodes = [];
    private readonly List<StoredEntry> _stored = [];
    private readonly OpenFiles _files;
    private readonly Statement _begin;
    private readonly Statement _commit;
    private readonly Statement _insertId;
    private readonly Statement _insertEvent;
    private readonly Statement _insertKey;
    private readonly Statement _saveNodeState;
    private readonly Statement _saveDelivery;
    private readonly Statement _saveFailure;
    private readonly Statement _saveSettledThrough;
    private long _nextSeq;
    private long _nextKey;
    private WebhookPublicKey? _lastKey;
    private long _lastKeyNumber;

    public WriteSession(Database database, NodeBook nodes, Action<WritePhase, Database>? fault)
    {
        _fault = fault;
        Database = database;
        _nodes = nodes;
        _begin = database.Prepare("BEGIN IMMEDIATE");
        _commit = database.Prepare("COMMIT");
        _insertId = database.Prepare("INSERT INTO event_ids(id, seq) VALUES(?1, ?2) ON CONFLICT DO NOTHING");
        _insertEvent = database.Prepare(
            """
            INSERT INTO events(seq, id, node_id, type, status, event_timestamp, occurred_at, received_at, key, signature, body, source, changed)
            VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
            """);
        _insertKey = database.Prepare("INSERT INTO public_keys(key, fingerprint, spki) VALUES(?1, ?2, ?3)");
        _saveNodeState = database.Prepare(
            """
            INSERT INTO node_states(node_id, status, effective_at, seq, event_id) VALUES(?1, ?2, ?3, ?4, ?5)
            ON CONFLICT DO UPDATE
            SET status = excluded.status, effective_at = excluded.effective_at, seq = excluded.seq, event_id = excluded.event_id
            """);
        _saveDelivery = database.Prepare(
            """
            INSERT INTO deliveries(handler, seq, state, attempts, at, due_at, error, error_code) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
            ON CONFLICT DO UPDATE
            SET state = excluded.state, attempts = excluded.attempts, at = excluded.at, due_at = excluded.due_at, error = excluded.error,
                error_code = excluded.error_code
            """);
        _saveFailure = database.Prepare(
            "INSERT INTO failed_attempts(seq, handler, attempt, at, took, error_code, error) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT DO NOTHING");
        _saveSettledThrough = database.Prepare("UPDATE handlers SET settled_through = ?2 WHERE handler = ?1");
        Load();
        _files = new OpenFiles(database);
    }

    public Database Database { get; }

    /// <summary>The sequence number of the last event committed.</summary>
    public long LastSeq { get; private set; }

    /// <summary>What the transaction has stored so far; after <see cref="Commit"/> what it has stored.</summary>
    public IReadOnlyList<StoredEntry> Stored => _stored;

    public void Begin()
    {
        _stored.Clear();
        _fault?.Invoke(WritePhase.Begin, Database);
        _files.Check();
        _begin.Run();
    }

    public AppendOutcome Append(InboxEntry entry, WebhookPublicKey? key)
    {
        Span<byte> id = stackalloc byte[WebhookEventId.Size];
        entry.Id.CopyTo(id);
        _insertId.Bind(1, id);
        _insertId.Bind(2, _nextSeq);
        _insertId.Run();
        if (Database.Changes == 0)
        {
            return AppendOutcome.Duplicate;
        }

        var seq = _nextSeq++;
        var node = _nodes.GetOrAdd(entry.NodeId);
        entry.IsChange = entry.Status is not { } said || node.IsChangedBy(said, Instant.EffectiveAt(entry));
        _insertEvent.Bind(1, seq);
        _insertEvent.Bind(2, id);
        _insertEvent.Bind(3, entry.NodeId.Value);
        _insertEvent.Bind(4, entry.EventType);
        _insertEvent.Bind(5, entry.Status?.Value);
        _insertEvent.Bind(6, entry.TimestampText);
        _insertEvent.Bind(7, entry.Timestamp is { } timestamp ? Instant.ToMicroseconds(timestamp) : null);
        _insertEvent.Bind(8, Instant.ToMilliseconds(entry.ReceivedAt));
        _insertEvent.Bind(9, key is null ? Schema.NoKey : NumberOf(key));
        _insertEvent.Bind(10, entry.Signature.Span);
        _insertEvent.Bind(11, entry.Body.Span);
        _insertEvent.Bind(12, (long)entry.Source);
        _insertEvent.Bind(13, entry.IsChange ? 1 : 0);
        _insertEvent.Run();

        if (entry.Status is { } status && node.Propose(status, Instant.EffectiveAt(entry), seq, entry.Id))
        {
            _changedNodes.Add(node);
        }

        _stored.Add(new StoredEntry(seq, node, entry));
        return AppendOutcome.Stored;
    }

    public void Settle(long handler, long seq, DeliveryState state, int attempts, Settlement settlement)
    {
        _saveDelivery.Bind(1, handler);
        _saveDelivery.Bind(2, seq);
        _saveDelivery.Bind(3, (long)state);
        _saveDelivery.Bind(4, attempts);
        _saveDelivery.Bind(5, Instant.ToMilliseconds(settlement.At));
        _saveDelivery.Bind(6, state == DeliveryState.Scheduled ? Instant.ToMilliseconds(settlement.At + settlement.Delay) : null);
        var error = settlement.Error is { } text ? OneLine.Of(text, MaxErrorLength) : null;
        _saveDelivery.Bind(7, error);
        _saveDelivery.Bind(8, settlement.ErrorCode);
        _saveDelivery.Run();
        if (!settlement.IsFailure)
        {
            return;
        }

        _saveFailure.Bind(1, seq);
        _saveFailure.Bind(2, handler);
        _saveFailure.Bind(3, attempts);
        _saveFailure.Bind(4, Instant.ToMilliseconds(settlement.At));
        _saveFailure.Bind(5, (long)settlement.Duration.TotalMilliseconds);
        _saveFailure.Bind(6, settlement.ErrorCode);
        _saveFailure.Bind(7, error);
        _saveFailure.Run();
    }

    public void SaveSettledThrough(long handler, long seq)
    {
        _saveSettledThrough.Bind(1, handler);
        _saveSettledThrough.Bind(2, seq);
        _saveSettledThrough.Run();
    }

    /// <summary>The number of a key in <c>public_keys</c>; it is added when it is new.</summary>
    public long NumberOf(KeyFingerprint fingerprint, ReadOnlySpan<byte> subjectPublicKeyInfo)
    {
        if (!_keys.TryGetValue(fingerprint.Value, out var number))
        {
            number = _nextKey++;
            _insertKey.Bind(1, number);
            _insertKey.Bind(2, fingerprint.Value);
            _insertKey.Bind(3, subjectPublicKeyInfo);
            _insertKey.Run();
            _keys.Add(fingerprint.Value, number);
            _newKeys.Add(fingerprint.Value);
        }

        return number;
    }

    /// <summary>Writes something of the size of a batch.</summary>
    public void Probe() =>
        Database.Execute(
            $"""
            INSERT INTO probes(probe, filler) VALUES(1, randomblob({ProbeSize}))
            ON CONFLICT DO UPDATE SET filler = excluded.filler
            """);

    /// <summary>Writes the node states that changed. Belongs before <see cref="Commit"/>.</summary>
    public void WriteNodeStates()
    {
        Span<byte> id = stackalloc byte[WebhookEventId.Size];
        foreach (var node in _changedNodes)
        {
            var state = node.Proposed;
            state.EventId.CopyTo(id);
            _saveNodeState.Bind(1, node.Id.Value);
            _saveNodeState.Bind(2, state.Status.Value);
            _saveNodeState.Bind(3, state.EffectiveAt);
            _saveNodeState.Bind(4, state.Seq);
            _saveNodeState.Bind(5, id);
            _saveNodeState.Run();
        }
    }

    public void Commit()
    {
        _fault?.Invoke(WritePhase.Commit, Database);
        _commit.Run();
        _files.CheckCommitted();
        _fault?.Invoke(WritePhase.Committed, Database);
        LastSeq = _nextSeq - 1;
        foreach (var node in _changedNodes)
        {
            node.Accept();
        }

        _changedNodes.Clear();
        _newKeys.Clear();
    }

    /// <summary>Forgets what the transaction did. Never throws.</summary>
    public void Rollback()
    {
        try
        {
            if (Database.InTransaction)
            {
                Database.Execute("ROLLBACK");
            }
        }
        catch (Microsoft.Data.Sqlite.SqliteException)
        {
            // What failed first is what is reported; the connection is opened again after anything serious.
        }

        _nextSeq = LastSeq + 1;
        foreach (var node in _changedNodes)
        {
            node.Reject();
        }

        foreach (var key in _newKeys)
        {
            _keys.Remove(key);
        }

        _changedNodes.Clear();
        _newKeys.Clear();
        _stored.Clear();
        _lastKey = null;
    }

    /// <summary>The events after this one, as far as they are committed.</summary>
    public IReadOnlyList<StoredEntry> ReadSince(long seq)
    {
        using var rows = Database.Query("SELECT seq, node_id FROM events WHERE seq > ?1 ORDER BY seq");
        rows.Bind(1, seq);
        var entries = new List<StoredEntry>();
        while (rows.Step())
        {
            entries.Add(new StoredEntry(rows.GetInt64(0), _nodes.GetOrAdd(new NodeId(rows.GetString(1))), null));
        }

        return entries;
    }

    public void Dispose() => Database.Dispose();

    private long NumberOf(WebhookPublicKey key)
    {
        if (!ReferenceEquals(key, _lastKey))
        {
            _lastKeyNumber = NumberOf(key.Fingerprint, key.SubjectPublicKeyInfo.Span);
            _lastKey = key;
        }

        return _lastKeyNumber;
    }

    private void Load()
    {
        LastSeq = Database.ReadInt64("SELECT max(seq) FROM events");
        _nextSeq = LastSeq + 1;
        _nextKey = Database.ReadInt64("SELECT max(key) FROM public_keys") + 1;

        using var keys = Database.Query("SELECT fingerprint, key FROM public_keys");
        while (keys.Step())
        {
            _keys.Add(keys.GetString(0), keys.GetInt64(1));
        }

        using var states = Database.Query("SELECT node_id, status, effective_at, seq, event_id FROM node_states");
        while (states.Step())
        {
            _nodes.GetOrAdd(new NodeId(states.GetString(0))).Restore(new RecordedState(
                new NodeStatus(states.GetString(1)), states.GetInt64(2), states.GetInt64(3), new WebhookEventId(states.GetSpan(4))));
        }
    }
}
