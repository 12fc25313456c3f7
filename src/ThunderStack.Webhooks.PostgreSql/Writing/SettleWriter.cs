using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.PostgreSql.Dispatch;

namespace ThunderStack.Webhooks.PostgreSql.Writing;

/// <summary>
/// Records results, one batch at a time, and keeps at it until the database takes them. Each has its slot, so there are never
/// more than slots.
/// </summary>
internal sealed partial class SettleWriter(
    NpgsqlDataSource source, DeliveryBoard board, Func<DeliveryOrdering, SettleStatement> statements, Claimer claimer, RateWriter rates,
    InboxLimits limits, ILogger logger)
{
    private const int MaxBatch = 512;

    // Of a store that closes: a connection out of the pool may be dead while the database is well.
    private const int LastAttempts = 3;

    // From an answer over the deliveries that it grants to their results. Handlers that are quicker than a round trip end together,
    // and one batch of them all costs half as much as two.
    private const int Hops = 4;

    private readonly Channel<SettleOperation> _arrived = Channel.CreateUnbounded<SettleOperation>(new UnboundedChannelOptions { SingleReader = true });
    private readonly CancellationTokenSource _closing = new();
    private readonly CancellationTokenSource _abandoned = new();
    private readonly List<SettleOperation> _waiting = [];
    private Task _loop = Task.CompletedTask;

    public void Start() => _loop = Task.Run(RunAsync);

    /// <summary>Records how a delivery ended. Answers another one, if that was asked for and there is one.</summary>
    public Task<Delivery?> AddAsync(PostgreSqlDelivery delivery, Settlement settlement, bool takesNext) =>
        AddAsync(new SettleOperation(delivery.Lanes, delivery.Lane, delivery, settlement, takesNext));

    public Task GiveBackAsync(HandlerLanes lanes, Lane lane) => AddAsync(new SettleOperation(lanes, lane, null, default, TakesNext: false));

    /// <summary>Records what waits, as far as the database lets it.</summary>
    public Task StopAsync()
    {
        _arrived.Writer.TryComplete();
        _closing.Cancel();
        return _loop;
    }

    /// <summary>Ends as a killed process would.</summary>
    public Task AbandonAsync()
    {
        _abandoned.Cancel();
        return StopAsync();
    }

    private Task<Delivery?> AddAsync(SettleOperation operation) =>
        _arrived.Writer.TryWrite(operation) ? operation.Recorded : Task.FromResult<Delivery?>(null);

    private async Task RunAsync()
    {
        var isWriting = true;
        var last = 0;
        while (isWriting && (_waiting.Count > 0 || await _arrived.Reader.WaitToReadAsync().ConfigureAwait(false)))
        {
            for (var hop = 0; hop < Hops && hop < last; hop++)
            {
                await Task.Yield();
            }

            var batch = Take();
            last = batch.Count;
            isWriting = await WriteAsync(batch).ConfigureAwait(false);
        }

        while (_arrived.Reader.TryRead(out var operation))
        {
            _waiting.Add(operation);
        }

        if (_waiting.Count > 0 && !_abandoned.IsCancellationRequested)
        {
            Log.Unwritten(logger, _waiting.Count);
        }

        _waiting.ForEach(operation => operation.Abandon());
    }

    // Of a lane one at a time, because each says how the lane goes on.
    private List<SettleOperation> Take()
    {
        while (_waiting.Count < MaxBatch && _arrived.Reader.TryRead(out var operation))
        {
            _waiting.Add(operation);
        }

        var batch = _waiting.DistinctBy(operation => operation.Lane).ToList();
        var taken = batch.ToHashSet(ReferenceEqualityComparer.Instance);
        _waiting.RemoveAll(taken.Contains);
        return batch;
    }

    private async Task<bool> WriteAsync(List<SettleOperation> batch)
    {
        var moves = batch.ConvertAll(operation => operation.End());
        var claims = Claim(batch);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await ExecuteAsync(batch, moves, claims, isFirst: attempt == 1).ConfigureAwait(false);
                return true;
            }
            catch (Exception exception) when (PostgreSqlFailure.IsOfOperation(exception))
            {
                claims.ForEach(claimer.Lost);
                await WriteOneByOneAsync(batch, moves).ConfigureAwait(false);
                return true;
            }
            catch (Exception exception)
            {
                claims.ForEach(claimer.Lost);
                claims = [];
                if (_abandoned.IsCancellationRequested || (_closing.IsCancellationRequested && attempt >= LastAttempts))
                {
                    _waiting.AddRange(batch);
                    return false;
                }

                // Said once; how the database is, the appends say.
                if (attempt == 1)
                {
                    Log.Failing(logger, PostgreSqlFailure.Describe(exception), exception);
                }

                await Task.Delay(limits.ProbeInterval, TimeProvider.System, _closing.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    // One result spoils the transaction of all. Its lane is free when the lease is over, and the delivery is made again.
    private async Task WriteOneByOneAsync(List<SettleOperation> batch, List<LaneMove> moves)
    {
        foreach (var (operation, move) in batch.Zip(moves))
        {
            try
            {
                await ExecuteAsync([operation], [move], [], isFirst: true).ConfigureAwait(false);
            }
            catch (Exception exception)
            {
                Log.Unrecordable(logger, operation.Lanes.Name, PostgreSqlFailure.Describe(exception), exception);
                operation.Complete(operation.Move(null));
            }
        }
    }

    // Slots whose lanes have nothing more go on with others in the same round trip.
    private List<PendingClaim> Claim(List<SettleOperation> batch) =>
    [
        .. batch.Where(operation => operation.TakesNext).GroupBy(operation => operation.Lanes)
            .Select(slots => claimer.TryBegin(slots.Key, slots.Count())).OfType<PendingClaim>(),
    ];

    private async Task ExecuteAsync(List<SettleOperation> batch, List<LaneMove> moves, List<PendingClaim> claims, bool isFirst)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(_abandoned.Token);
        limit.CancelAfter(limits.StatementTimeout);
        await using var connection = await source.OpenConnectionAsync(limit.Token).ConfigureAwait(false);
        var (moved, claimed) = await statements(board.Ordering).ExecuteAsync(connection, batch, moves, board.Running(), claims, limit.Token)
            .ConfigureAwait(false);
        var byLane = moved.ToDictionary(answer => (answer.Handler, answer.Node, answer.Token));
        var answers = batch.ConvertAll(operation => byLane.GetValueOrDefault((operation.Lane.Handler, operation.Lane.Node, operation.Lane.Token)));
        var others = claims.Zip(claimed, (claim, lanes) => Claimer.End(
            claim, batch.Zip(answers).Count(pair => pair.First.Lanes == claim.Lanes && pair.Second?.Next is not null), lanes));
        Complete(batch, answers, others.SelectMany(deliveries => deliveries).ToList(), isFirst);
    }

    private void Complete(List<SettleOperation> batch, List<LaneAnswer?> answers, List<PostgreSqlDelivery> claimed, bool isFirst)
    {
        foreach (var (operation, answer) in batch.Zip(answers))
        {
            // A second try finds a lane released when the first one was committed and only its answer was lost.
            if (answer is null && isFirst && operation.Delivery is { } delivery)
            {
                Log.Fenced(logger, operation.Lanes.Name, delivery.Entry.NodeId.Value, delivery.Entry.Id);
            }

            if (answer is not null && operation.HasResult)
            {
                rates.Add(operation.Lane.Handler, operation.Settlement);
            }

            var next = operation.Move(answer);
            if (next is null && operation.TakesNext && claimed.Find(delivery => delivery.Lanes == operation.Lanes) is { } other)
            {
                claimed.Remove(other);
                next = other;
            }

            operation.Complete(next);
        }

        claimed.ForEach(claimer.GiveBack);
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 3121, Level = LogLevel.Warning, Message = "Results of handlers cannot be recorded: {Reason}. They are kept, and the receiver tries again")]
        public static partial void Failing(ILogger logger, string reason, Exception? exception);

        [LoggerMessage(EventId = 3122, Level = LogLevel.Warning,
            Message = "The inbox closes while it cannot be written: {Count} results are lost, and their deliveries are made again")]
        public static partial void Unwritten(ILogger logger, int count);

        [LoggerMessage(EventId = 3123, Level = LogLevel.Warning,
            Message = "The result of handler {Handler} for event {Event} of node {Node} came too late: the lease was over, or the database is an older copy. The delivery is made again")]
        public static partial void Fenced(ILogger logger, string handler, string node, WebhookEventId @event);

        [LoggerMessage(EventId = 3124, Level = LogLevel.Error,
            Message = "A result of handler {Handler} cannot be recorded by its own fault: {Reason}. The delivery is made again")]
        public static partial void Unrecordable(ILogger logger, string handler, string reason, Exception? exception);
    }
}
