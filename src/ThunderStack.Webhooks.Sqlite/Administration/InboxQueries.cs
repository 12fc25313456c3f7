using System.Runtime.CompilerServices;
using Microsoft.Data.Sqlite;
using ThunderStack.Webhooks.Conditions;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Keys;

namespace ThunderStack.Webhooks.Sqlite.Administration;

/// <summary>What is asked of a file. Each question has a connection of its own, off the writer's thread.</summary>
/// <param name="open">Opens the file for reading.</param>
/// <param name="flush">Has what the writer was given before written; from another process there is no writer to ask.</param>
internal sealed class InboxQueries(Func<Database> open, Func<CancellationToken, Task> flush) : IInboxReader
{
    public Task<string> IdentifyAsync(CancellationToken cancellationToken) => ReadAsync(HandlerQueries.Identify, cancellationToken);

    public Task<long> EstimateCountAsync(CancellationToken cancellationToken) => ReadAsync(
        static database => EventRange.All(database) is { Last: > 0 } all ? all.Last - all.First + 1 : 0, cancellationToken);

    public Task<InboxEntry?> FindAsync(WebhookEventId id, CancellationToken cancellationToken) =>
        ReadAsync(database => EventQueries.Find(database, id), cancellationToken);

    public Task<IReadOnlyList<WebhookEventId>> FindByEndAsync(string digits, int limit, CancellationToken cancellationToken) =>
        ReadAsync(database => EventQueries.FindByEnd(database, digits, limit), cancellationToken);

    public Task<IReadOnlyList<InboxEntry>> ListAsync(EventFilter filter, CancellationToken cancellationToken) =>
        ReadAsync(database => EventQueries.List(database, filter), cancellationToken);

    public async Task<InboxPage<InboxEntry>> PageAsync(EventFilter filter, string? cursor, CancellationToken cancellationToken) =>
        filter.State is null
            ? await ReadAsync(database => EventQueries.Page(database, filter, cursor), cancellationToken).ConfigureAwait(false)
            : await ReadFlushedAsync(database => EventQueries.Page(database, filter, cursor), cancellationToken).ConfigureAwait(false);

    public async IAsyncEnumerable<InboxEntry> ReadAllAsync(EventFilter filter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var last = await ReadAsync(static database => EventRange.All(database).Last, cancellationToken).ConfigureAwait(false);
        for (long after = 0; after < last;)
        {
            var from = after;
            var page = await ReadAsync(database => EventQueries.ReadAfter(database, filter, from, last), cancellationToken).ConfigureAwait(false);
            foreach (var (_, entry) in page)
            {
                yield return entry;
            }

            after = page.Count < EventQueries.ReadAllPageSize ? last : page[^1].Seq;
        }
    }

    public Task<IReadOnlyList<DeliveryRecord>> ListDeliveriesAsync(WebhookEventId id, CancellationToken cancellationToken) =>
        ReadFlushedAsync(database => DeliveryQueries.List(database, id), cancellationToken);

    public Task<IReadOnlyList<FailedAttempt>> ListFailedAttemptsAsync(WebhookEventId id, CancellationToken cancellationToken) =>
        ReadFlushedAsync(database => DeliveryQueries.ListFailedAttempts(database, id), cancellationToken);

    public Task<InboxPage<DeliveryRecord>> PageDeliveriesAsync(
        DeliveryFilter filter, int limit, string? cursor, CancellationToken cancellationToken) =>
        ReadFlushedAsync(database => DeliveryQueries.Page(database, filter, limit, cursor), cancellationToken);

    public Task<IReadOnlyList<DeliveryRecord>> ListDeadLettersAsync(int limit, CancellationToken cancellationToken) =>
        ReadFlushedAsync(database => DeliveryQueries.ListDeadLetters(database, limit), cancellationToken);

    public Task<IReadOnlyList<FailureGroup>> ListFailuresAsync(CancellationToken cancellationToken) =>
        ReadFlushedAsync(DeliveryQueries.ListFailures, cancellationToken);

    public Task<int> CountAsync(DeliveryFilter filter, CancellationToken cancellationToken) => ReadFlushedAsync(
        database => DeliveryQueries.Choose(database, filter, DeliveryQueries.StatesOf(filter), static row => row.GetInt64(1)).Count, cancellationToken);

    public Task<IReadOnlyList<LaneBacklog>> ListBacklogAsync(string handler, CancellationToken cancellationToken) =>
        ReadFlushedAsync(database => BacklogQuery.List(database, handler), cancellationToken);

    public Task<IReadOnlyList<NodeState>> ListNodeStatesAsync(CancellationToken cancellationToken) =>
        ReadAsync(HandlerQueries.ListNodeStates, cancellationToken);

    public Task<IReadOnlyList<Condition>> ListConditionsAsync(bool closed, CancellationToken cancellationToken) =>
        ReadAsync(database => HandlerQueries.ListConditions(database, closed), cancellationToken);

    public Task<IReadOnlyList<HandlerRecord>> ListHandlersAsync(CancellationToken cancellationToken) =>
        ReadAsync(HandlerQueries.ListHandlers, cancellationToken);

    public Task<IReadOnlyList<HandlerRate>> ListRatesAsync(DateTimeOffset from, CancellationToken cancellationToken) =>
        ReadFlushedAsync(database => HandlerQueries.ListRates(database, from), cancellationToken);

    public Task<IReadOnlyDictionary<KeyFingerprint, ReadOnlyMemory<byte>>> ListKeysAsync(CancellationToken cancellationToken) =>
        ReadAsync(HandlerQueries.ListKeys, cancellationToken);

    public Task<IReadOnlyList<AuditRecord>> ListAuditAsync(int limit, CancellationToken cancellationToken) =>
        ReadAsync(database => HandlerQueries.ListAudit(database, limit), cancellationToken);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>Asks on a connection of its own, on a pool thread.</summary>
    public Task<T> ReadAsync<T>(Func<Database, T> ask, CancellationToken cancellationToken) => Task.Run(
        () =>
        {
            using var database = open();
            using var interruption = cancellationToken.UnsafeRegister(static state => ((Database)state!).Interrupt(), database);
            try
            {
                return ask(database);
            }
            catch (SqliteException) when (cancellationToken.IsCancellationRequested)
            {
                throw new OperationCanceledException(cancellationToken);
            }
        },
        cancellationToken);

    private async Task<T> ReadFlushedAsync<T>(Func<Database, T> ask, CancellationToken cancellationToken)
    {
        await flush(cancellationToken).ConfigureAwait(false);
        return await ReadAsync(ask, cancellationToken).ConfigureAwait(false);
    }
}
