using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Keys;
using ThunderStack.Webhooks.Sqlite.Dispatch;

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
    private readonly byte[] _id = new byte[WebhookEventId.Size];
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
        entry.Id.CopyTo(_id);
        if (_insertId.Run(_id, _nextSeq) == 0)
        {
            return AppendOutcome.Duplicate;
        }

        var seq = _nextSeq++;
        var node = _nodes.GetOrAdd(entry.NodeId);
        entry.IsChange = entry.Status is not { } said || node.IsChangedBy(said, Instant.EffectiveAt(entry));
        _insertEvent.Run(
            seq,
            _id,
            entry.NodeId.Value,
            entry.EventType,
            entry.Status?.Value,
            entry.TimestampText,
            Instant.ToMicroseconds(entry.Timestamp),
            Instant.ToMilliseconds(entry.ReceivedAt),
            key is null ? Schema.NoKey : NumberOf(key),
            entry.Signature,
            entry.Body,
            (long)entry.Source,
            entry.IsChange ? 1 : 0);

        if (entry.Status is { } status && node.Propose(status, Instant.EffectiveAt(entry), seq, entry.Id))
        {
            _changedNodes.Add(node);
        }

        _stored.Add(new StoredEntry(seq, node, entry));
        return AppendOutcome.Stored;
    }

    public void Settle(long handler, long seq, DeliveryState state, int attempts, Settlement settlement)
    {
        var at = Instant.ToMilliseconds(settlement.At);
        long? dueAt = state == DeliveryState.Scheduled ? Instant.ToMilliseconds(settlement.At + settlement.Delay) : null;
        var error = settlement.Error is { } text ? OneLine.Of(text, MaxErrorLength) : null;
        _saveDelivery.Run(handler, seq, (long)state, attempts, at, dueAt, error, settlement.ErrorCode);
        if (settlement.IsFailure)
        {
            _saveFailure.Run(seq, handler, attempts, at, (long)settlement.Duration.TotalMilliseconds, settlement.ErrorCode, error);
        }
    }

    public void SaveSettledThrough(long handler, long seq) => _saveSettledThrough.Run(handler, seq);

    /// <summary>The number of a key in <c>public_keys</c>; it is added when it is new.</summary>
    public long NumberOf(KeyFingerprint fingerprint, ReadOnlyMemory<byte> subjectPublicKeyInfo)
    {
        if (!_keys.TryGetValue(fingerprint.Value, out var number))
        {
            number = _nextKey++;
            _insertKey.Run(number, fingerprint.Value, subjectPublicKeyInfo);
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
        foreach (var node in _changedNodes)
        {
            var state = node.Proposed;
            state.EventId.CopyTo(_id);
            _saveNodeState.Run(node.Id.Value, state.Status.Value, state.EffectiveAt, state.Seq, _id);
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
    public IReadOnlyList<StoredEntry> ReadSince(long seq) => Database.ReadAll(
        "SELECT seq, node_id FROM events WHERE seq > ?1 ORDER BY seq",
        row => new StoredEntry(row.GetInt64(0), _nodes.GetOrAdd(new NodeId(row.GetString(1))), null),
        seq);

    public void Dispose() => Database.Dispose();

    private long NumberOf(WebhookPublicKey key)
    {
        if (!ReferenceEquals(key, _lastKey))
        {
            _lastKeyNumber = NumberOf(key.Fingerprint, key.SubjectPublicKeyInfo);
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
