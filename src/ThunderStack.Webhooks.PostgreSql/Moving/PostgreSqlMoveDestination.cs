using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Moving;

namespace ThunderStack.Webhooks.PostgreSql.Moving;

/// <summary>
/// A PostgreSQL inbox that another inbox is moved into. From its begin to its end no receiver opens it, and whatever breaks
/// in between, it goes on behind the last batch that was committed.
/// </summary>
public sealed class PostgreSqlMoveDestination : IAsyncDisposable
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan BatchTimeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan CompletionTimeout = TimeSpan.FromMinutes(30);

    private readonly NpgsqlDataSource _source;
    private readonly SchemaName _schema;
    private readonly MoveRecord _record;
    private readonly MoveWriter _writer;
    private readonly MoveCompletion _completion;
    private readonly MoveReader _reader;

    private PostgreSqlMoveDestination(NpgsqlDataSource source, SchemaName schema)
    {
        _source = source;
        _schema = schema;
        _record = new MoveRecord(schema);
        _writer = new MoveWriter(schema, _record);
        _completion = new MoveCompletion(schema, _record);
        _reader = new MoveReader(source, schema, BatchTimeout);
    }

    /// <summary>Names a database; it is not connected to yet.</summary>
    /// <param name="connectionString">Such as <c>Host=db;Username=thunderstack;Database=thunderstack</c>.</param>
    /// <param name="schemaName">The schema that the tables are in, or will be.</param>
    /// <exception cref="InboxOpenException">One of them cannot be used.</exception>
    public static PostgreSqlMoveDestination Create(string connectionString, string schemaName) =>
        new(ConnectionSettings.CreateSource(connectionString, ConnectTimeout, isPooled: true), SchemaName.Parse(schemaName));

    /// <summary>Whether a failure may pass, so that trying again is worth it.</summary>
    /// <param name="exception">What another member has thrown.</param>
    public static bool MayPass(Exception exception) =>
        exception is NpgsqlException or TimeoutException or IOException or OperationCanceledException
        && !PostgreSqlFailure.IsHopeless(exception)
        && !PostgreSqlFailure.IsOfOperation(exception);

    /// <summary>A failure in one line.</summary>
    /// <param name="exception">What another member has thrown.</param>
    public static string Describe(Exception exception) => PostgreSqlFailure.Describe(exception);

    /// <summary>Makes the tables when they are missing, and begins or goes on with the move of this origin.</summary>
    /// <param name="fingerprint">Tells the origin's content from any other.</param>
    /// <param name="frame">What the origin has beside its events.</param>
    /// <param name="restart">Throws away what an unfinished move has left.</param>
    /// <param name="cancellationToken">Gives up; what was begun can be gone on with.</param>
    /// <exception cref="InboxOpenException">There is something else in it, or a receiver uses it; nothing was changed.</exception>
    public Task<MoveStanding> BeginAsync(string fingerprint, MovedFrame frame, bool restart, CancellationToken cancellationToken) =>
        WithinAsync(
            BatchTimeout,
            async token =>
            {
                await ServerCheck.RunAsync(_source, allowDataLoss: false, token).ConfigureAwait(false);
                await Migrations.ApplyAsync(_source, _schema, token).ConfigureAwait(false);
                return await TransactAsync(connection => BeginAsync(connection, fingerprint, frame, restart, token), token).ConfigureAwait(false);
            },
            cancellationToken);

    /// <summary>Stores a batch. The same batch again, because its commit was not answered, changes nothing.</summary>
    /// <param name="after">The last id of the batch before.</param>
    /// <param name="events">The batch.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task WriteAsync(WebhookEventId? after, IReadOnlyList<MovedEvent> events, CancellationToken cancellationToken) =>
        TransactAsync(BatchTimeout, (connection, token) => _writer.WriteAsync(connection, after, events, token), cancellationToken);

    /// <summary>Puts in order what depends on all events: what is done, whose turn is next, and how the nodes stand. Can be repeated.</summary>
    /// <param name="frame">What the origin has beside its events.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task CompleteAsync(MovedFrame frame, CancellationToken cancellationToken) => TransactAsync(
        CompletionTimeout, (connection, token) => _completion.RunAsync(connection, frame, CompletionTimeout, token), cancellationToken);

    /// <summary>What follows an id, in the order of ids, as a receiver will find it.</summary>
    /// <param name="after">The id; <see langword="null"/> begins.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<IReadOnlyList<MovedEvent>> ReadAsync(WebhookEventId? after, CancellationToken cancellationToken) =>
        WithinAsync(BatchTimeout, token => _reader.ReadAsync(after, token), cancellationToken);

    /// <summary>The nodes and keys there are now.</summary>
    public Task<MovedFrame> ReadFrameAsync(CancellationToken cancellationToken) =>
        WithinAsync(BatchTimeout, _reader.ReadFrameAsync, cancellationToken);

    /// <summary>Ends the move: receivers may open the inbox.</summary>
    public Task FinishAsync(CancellationToken cancellationToken) => TransactAsync(BatchTimeout, _record.FinishAsync, cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _source.DisposeAsync();

    private static async Task<T> WithinAsync<T>(TimeSpan time, Func<CancellationToken, Task<T>> action, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(time);
        return await action(limit.Token).ConfigureAwait(false);
    }

    private async Task<MoveStanding> BeginAsync(
        NpgsqlConnection connection, string fingerprint, MovedFrame frame, bool restart, CancellationToken cancellationToken)
    {
        var standing = await _record.BeginAsync(connection, fingerprint, restart, cancellationToken).ConfigureAwait(false);
        if (!standing.IsFinished)
        {
            await _writer.WriteFrameAsync(connection, frame, cancellationToken).ConfigureAwait(false);
        }

        return standing;
    }

    private Task<bool> TransactAsync(TimeSpan time, Func<NpgsqlConnection, CancellationToken, Task> action, CancellationToken cancellationToken) =>
        WithinAsync(
            time,
            token => TransactAsync(
                async connection =>
                {
                    await action(connection, token).ConfigureAwait(false);
                    return true;
                },
                token),
            cancellationToken);

    private async Task<T> TransactAsync<T>(Func<NpgsqlConnection, Task<T>> action, CancellationToken cancellationToken)
    {
        await using var connection = await _source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        var result = await action(connection).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        return result;
    }
}
