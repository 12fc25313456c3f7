using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Keys;
using ThunderStack.Webhooks.Moving;
using ThunderStack.Webhooks.Sqlite.Administration;
using ThunderStack.Webhooks.Sqlite.Reading;

namespace ThunderStack.Webhooks.Sqlite.Moving;

/// <summary>
/// An SQLite inbox that is read to be stored elsewhere: one snapshot, while no receiver can own the file. Nothing in it is
/// changed.
/// </summary>
public sealed class SqliteMoveOrigin : IDisposable
{
    private readonly OwnerLock _owner;
    private readonly Database _database;
    private readonly MovedTurns _turns;
    private readonly List<Handler> _handlers;
    private readonly Statement _page;
    private readonly Statement _delivery;

    private SqliteMoveOrigin(OwnerLock owner, Database database)
    {
        _owner = owner;
        _database = database;
        _turns = MovedTurns.Read(database);
        _handlers = ReadHandlers(database);
        _page = database.Prepare(
            $"""
            SELECT {EntryColumns.Select}, i.id, i.seq
            FROM event_ids i LEFT JOIN events e ON e.seq = i.seq LEFT JOIN public_keys k ON k.key = e.key
            WHERE i.id > ?1 ORDER BY i.id
            """);
        _delivery = database.Prepare("SELECT state, attempts, at, due_at, position, error FROM deliveries WHERE handler = ?1 AND seq = ?2");
        Ids = database.ReadInt64("SELECT count(*) FROM event_ids");
        Fingerprint = OriginFingerprint.Of(database);
        Frame = ReadFrame();
    }

    /// <summary>How many ids there are.</summary>
    public long Ids { get; }

    /// <summary>Tells this content from any other, and from what a receiver makes of it.</summary>
    public string Fingerprint { get; }

    /// <summary>What there is beside the events.</summary>
    public MovedFrame Frame { get; }

    /// <summary>Opens a file that exists and that no receiver owns.</summary>
    /// <param name="connectionString">Such as <c>Data Source=data/inbox.db</c>.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InboxOpenException">It is not an inbox that this version reads, or a receiver owns it.</exception>
    public static SqliteMoveOrigin Open(string connectionString)
    {
        var path = InboxFile.Find(connectionString);
        InboxFile.OpenChecked(path).Dispose();
        var owner = OwnerLock.Take(path);
        Database? database = null;
        try
        {
            database = InboxFile.OpenChecked(path);
            database.Execute("BEGIN");
            return new SqliteMoveOrigin(owner, database);
        }
        catch
        {
            database?.Dispose();
            owner.Dispose();
            throw;
        }
    }

    /// <summary>What follows an id, in the order of ids: so many, or fewer when their bodies are large. Empty at the end.</summary>
    /// <param name="after">The id; <see langword="null"/> begins.</param>
    /// <param name="maxEvents">How many ids at most.</param>
    /// <param name="maxBytes">After how many bytes of bodies no other id is added.</param>
    public IReadOnlyList<MovedEvent> Read(WebhookEventId? after, int maxEvents, int maxBytes)
    {
        var events = new List<MovedEvent>(maxEvents);
        var bytes = 0;
        _page.Bind(1, after is { } id ? id.ToByteArray() : []);
        while (events.Count < maxEvents && bytes < maxBytes && _page.Step())
        {
            var seq = _page.GetInt64(EntryColumns.Count + 1);
            var entry = _page.IsNull(0) ? null : EntryColumns.Read(_page);
            bytes += entry?.Body.Length ?? 0;
            events.Add(new MovedEvent(
                new WebhookEventId(_page.GetSpan(EntryColumns.Count)), _turns.OfEvent(seq), entry, entry is null ? [] : ReadDeliveries(seq)));
        }

        _page.Reset();
        return events;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _database.Dispose();
        _owner.Dispose();
    }

    private List<MovedDelivery> ReadDeliveries(long seq)
    {
        var deliveries = new List<MovedDelivery>(_handlers.Count);
        foreach (var handler in _handlers)
        {
            _delivery.BindAll(handler.Number, seq);
            if (_delivery.Step())
            {
                deliveries.Add(ReadDelivery(handler, seq));
            }
            else if (seq > handler.SettledThrough)
            {
                deliveries.Add(MovedDelivery.Pending(handler.Name, _turns.OfEvent(seq)));
            }

            _delivery.Reset();
        }

        return deliveries;
    }

    private MovedDelivery ReadDelivery(Handler handler, long seq)
    {
        var state = (DeliveryState)_delivery.GetInt64(0);
        return new MovedDelivery(
            handler.Name,
            state,
            state == DeliveryState.Scheduled && _delivery.GetNullableInt64(4) is { } turn ? _turns.OfReplay(turn) : _turns.OfEvent(seq),
            (int)_delivery.GetInt64(1),
            Instant.FromMilliseconds(_delivery.GetInt64(2)),
            Instant.FromMilliseconds(_delivery.GetNullableInt64(3)),
            _delivery.GetText(5));
    }

    private MovedFrame ReadFrame()
    {
        var trusted = _database.ReadAll(
            """
            SELECT t.source, k.spki, t.confirmed_at, t.retired_at FROM trusted_keys t JOIN public_keys k ON k.key = t.key
            ORDER BY t.source, t.position
            """,
            static row => (Source: row.GetString(0), Key: TrustedKeys.Read(row, first: 1)));
        return new MovedFrame(
            [.. _handlers.Select(handler => new MovedHandler(handler.Name, _turns.OfEvent(handler.SettledThrough)))],
            [.. HandlerQueries.ListNodeStates(_database).OrderBy(node => node.NodeId.Value, StringComparer.Ordinal)],
            HandlerQueries.ListKeys(_database),
            trusted
                .GroupBy(key => key.Source, key => key.Key, StringComparer.Ordinal)
                .ToDictionary(group => group.Key, group => (IReadOnlyList<StoredPublicKey>)[.. group], StringComparer.Ordinal),
            _turns.Last(_database.ReadInt64("SELECT max(seq) FROM events")));
    }

    private static List<Handler> ReadHandlers(Database database) => [.. database
        .ReadAll(
            "SELECT handler, name, settled_through FROM handlers",
            static row => new Handler(row.GetInt64(0), row.GetString(1), row.GetInt64(2)))
        .OrderBy(handler => handler.Name, StringComparer.Ordinal)];

    private sealed record Handler(long Number, string Name, long SettledThrough);
}
