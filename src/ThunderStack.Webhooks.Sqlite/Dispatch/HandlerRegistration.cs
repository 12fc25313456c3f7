using Microsoft.Extensions.Logging;
using ThunderStack.Webhooks.Sqlite.Writing;

namespace ThunderStack.Webhooks.Sqlite.Dispatch;

/// <summary>Lets handlers take part, each from where it stopped.</summary>
internal sealed partial class HandlerRegistration(
    string path, CommandRunner commands, DeliveryBoard board, NodeBook nodes, TimeProvider time, ILogger logger) : IDisposable
{
    private readonly SemaphoreSlim _gate = new(1, 1);

    /// <summary>Makes queues, which hand out nothing yet, for the handlers in the table.</summary>
    public void LoadKnown(Database database)
    {
        using var rows = database.Query("SELECT handler, name, settled_through FROM handlers");
        while (rows.Step())
        {
            board.Add(new HandlerQueue(rows.GetString(1), rows.GetInt64(0), rows.GetInt64(2), time));
        }
    }

    // Not to be cancelled half-way: the caller may stop waiting, the handlers take part all the same.
    public async Task RegisterAsync(IReadOnlyCollection<string> handlers, DeliveryOrdering ordering)
    {
        if (handlers.Any(string.IsNullOrWhiteSpace))
        {
            throw new ArgumentException("A handler needs a name.", nameof(handlers));
        }

        await _gate.WaitAsync().ConfigureAwait(false);
        try
        {
            await RegisterOneAtATimeAsync(handlers.Distinct(StringComparer.Ordinal).ToList(), ordering).ConfigureAwait(false);
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Dispose() => _gate.Dispose();

    private async Task RegisterOneAtATimeAsync(List<string> handlers, DeliveryOrdering ordering)
    {
        foreach (var queue in board.Queues.Where(queue => queue.Ordering is not null))
        {
            if (!handlers.Contains(queue.Name) || queue.Ordering != ordering)
            {
                queue.Stop();
            }
        }

        var starting = handlers.Where(name => board.Find(name)?.Ordering is null).ToList();
        if (starting.Count > 0)
        {
            try
            {
                using var start = new StartPoint();
                await commands
                    .RunAsync(session => AddMissing(session, starting), added => Begin(start, added, starting, ordering), isKept: true)
                    .ConfigureAwait(false);
                await Task.Run(() => Load(start)).ConfigureAwait(false);
            }
            catch (Exception exception)
            {
                starting.ForEach(name => board.Find(name)?.Stop());
                if (exception is Microsoft.Data.Sqlite.SqliteException)
                {
                    throw new InboxOpenException($"The inbox '{path}' cannot be read: {SqliteFailure.Describe(exception)}", exception);
                }

                throw;
            }
        }

        board.IsRegistered = true;
    }

    private (long LastSeq, List<HandlerQueue> Added) AddMissing(WriteSession session, List<string> names)
    {
        using var insert = session.Database.Query(
            "INSERT INTO handlers(name, first_seq, settled_through) VALUES(?1, ?2 + 1, ?2) RETURNING handler");
        var added = new List<HandlerQueue>();
        foreach (var name in names.Where(name => board.Find(name) is null))
        {
            insert.BindAll(name, session.LastSeq);
            insert.Step();
            added.Add(new HandlerQueue(name, insert.GetInt64(0), session.LastSeq, time));
            insert.Reset();
        }

        return (session.LastSeq, added);
    }

    /// <summary>On the writer: from here on the queues see every commit, and the snapshot has every one before.</summary>
    private void Begin(StartPoint start, (long LastSeq, List<HandlerQueue> Added) state, List<string> names, DeliveryOrdering ordering)
    {
        state.Added.ForEach(board.Add);
        start.LastSeq = state.LastSeq;
        start.Queues = names.ConvertAll(name => board.Find(name)!);
        start.Snapshot = Database.OpenReadOnly(path, DatabaseOpener.BusyTimeout);
        start.Snapshot.Execute("BEGIN");
        _ = start.Snapshot.ReadInt64("SELECT 1 FROM handlers");
        start.Queues.ForEach(queue => queue.BeginLoading(ordering));
    }

    private void Load(StartPoint start)
    {
        foreach (var queue in start.Queues)
        {
            var settledThrough = queue.SavedThrough;
            var backlog = Backlog.Read(start.Snapshot!, queue.Id, settledThrough, nodes, time);
            queue.Start(backlog, settledThrough, start.LastSeq);
            if (backlog.Items.Count > 0)
            {
                Log.Waiting(logger, queue.Name, backlog.Items.Count);
            }
        }
    }

    private sealed class StartPoint : IDisposable
    {
        public long LastSeq { get; set; }

        public List<HandlerQueue> Queues { get; set; } = [];

        public Database? Snapshot { get; set; }

        public void Dispose() => Snapshot?.Dispose();
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 3031, Level = LogLevel.Information,
            Message = "Deliveries that wait for handler {Handler}: {Pending}")]
        public static partial void Waiting(ILogger logger, string handler, int pending);
    }
}
