using ThunderStack.Webhooks.Events;

namespace ThunderStack.Webhooks.PostgreSql.Moving;

/// <summary>
/// The row by which a move is known, and how far it has come. While it is not finished no receiver registers its handlers: to begin
/// one and to register exclude each other.
/// </summary>
internal sealed class MoveRecord(SchemaName schema)
{
    private const string Remedy = "To move into this database all the same, name another schema with --schema.";

    /// <summary>What keeps receivers out.</summary>
    public static string UnfinishedSql(SchemaName schema) => $"SELECT FROM {schema}.moves WHERE finished_at IS NULL";

    public static InboxOpenException Unfinished(SchemaName schema) => new(
        $"Another inbox is being moved into the schema {schema}, and not all of it is there yet. Let 'thunderstack inbox move' end; "
        + "if it was interrupted, run it again: it goes on where it stopped.");

    /// <exception cref="InboxOpenException">Another inbox is being moved into this one.</exception>
    public static async Task RefuseUnfinishedAsync(NpgsqlDataSource source, SchemaName schema, CancellationToken cancellationToken)
    {
        await using var command = source.CreateCommand($"SELECT EXISTS ({UnfinishedSql(schema)})");
        if (await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is true)
        {
            throw Unfinished(schema);
        }
    }

    public async Task<MoveStanding> BeginAsync(
        NpgsqlConnection connection, string fingerprint, bool restart, CancellationToken cancellationToken)
    {
        // A receiver that registers its handlers waits for the end of this transaction, and then sees its row.
        await connection.ExecuteAsync($"LOCK TABLE {schema}.handlers, {schema}.moves IN SHARE ROW EXCLUSIVE MODE", cancellationToken)
            .ConfigureAwait(false);
        await RefuseReplicasAsync(connection, cancellationToken).ConfigureAwait(false);
        if (await ReadAsync(connection, "origin = $1", command => command.With(fingerprint), cancellationToken).ConfigureAwait(false) is { } known && !(restart && !known.IsFinished))
        {
            return known;
        }

        if (restart)
        {
            await ClearUnfinishedAsync(connection, cancellationToken).ConfigureAwait(false);
        }

        await RefuseContentAsync(connection, cancellationToken).ConfigureAwait(false);
        await using var batch = connection.CreateBatch();
        batch.Add($"INSERT INTO {schema}.moves(origin) VALUES($1)").With(fingerprint);
        await batch.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        return new MoveStanding(null, 0, null);
    }

    /// <summary>How far the unfinished move is, kept as it is until the end of the transaction.</summary>
    public async Task<MoveStanding> LockAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await RefuseReplicasAsync(connection, cancellationToken).ConfigureAwait(false);
        return await ReadAsync(connection, "finished_at IS NULL FOR UPDATE", _ => { }, cancellationToken).ConfigureAwait(false)
            ?? throw new InboxOpenException("The move was ended by somebody else meanwhile. Run it again to see how it stands.");
    }

    public async Task AdvanceAsync(NpgsqlConnection connection, WebhookEventId through, long moved, CancellationToken cancellationToken)
    {
        await using var batch = connection.CreateBatch();
        batch.Add($"UPDATE {schema}.moves SET moved_through = $1, moved = $2 WHERE finished_at IS NULL").With(through.ToByteArray()).With(moved);
        await batch.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    public async Task FinishAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await RefuseReplicasAsync(connection, cancellationToken).ConfigureAwait(false);
        await connection.ExecuteAsync($"UPDATE {schema}.moves SET finished_at = now() WHERE finished_at IS NULL", cancellationToken)
            .ConfigureAwait(false);
    }

    private async Task<MoveStanding?> ReadAsync(
        NpgsqlConnection connection, string condition, Action<NpgsqlBatchCommand> configure, CancellationToken cancellationToken)
    {
        await using var batch = connection.CreateBatch();
        configure(batch.Add($"SELECT moved_through, moved, finished_at FROM {schema}.moves WHERE {condition}"));
        var standings = await batch.ReadAsync(
            skip: 0,
            row => new MoveStanding(
                row.IsDBNull(0) ? null : new WebhookEventId(row.GetFieldValue<byte[]>(0)),
                row.GetInt64(1),
                row.IsDBNull(2) ? null : new DateTimeOffset(row.GetDateTime(2))),
            cancellationToken).ConfigureAwait(false);
        return standings.SingleOrDefault();
    }

    private async Task ClearUnfinishedAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (await connection.ExecuteAsync($"DELETE FROM {schema}.moves WHERE finished_at IS NULL", cancellationToken).ConfigureAwait(false) > 0)
        {
            await connection.ExecuteAsync(
                $"TRUNCATE {schema}.event_ids, {schema}.events, {schema}.deliveries, {schema}.lanes, {schema}.nodes",
                cancellationToken).ConfigureAwait(false);
        }
    }

    private Task RefuseReplicasAsync(NpgsqlConnection connection, CancellationToken cancellationToken) => RefuseIfAsync(
        connection,
        $"SELECT FROM {schema}.handlers WHERE served_at > clock_timestamp() - interval '90 seconds'",
        $"A receiver uses the schema {schema}. Stop it, and all others, and run this again; one that was killed counts for 90 seconds.",
        isInUse: true,
        cancellationToken);

    private async Task RefuseContentAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await RefuseIfAsync(
            connection,
            UnfinishedSql(schema),
            $"The schema {schema} has what an unfinished move has left, of another inbox or of this one before it was changed. Finish "
            + "that one, or write --restart to throw away what it has left and to begin again.",
            isInUse: false,
            cancellationToken).ConfigureAwait(false);
        await RefuseIfAsync(
            connection,
            $"SELECT FROM {schema}.event_ids",
            $"The schema {schema} has events already, and two inboxes cannot be made one. {Remedy}",
            isInUse: false,
            cancellationToken).ConfigureAwait(false);
    }

    private static async Task RefuseIfAsync(
        NpgsqlConnection connection, string rows, string message, bool isInUse, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand($"SELECT EXISTS ({rows})", connection);
        if (await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is true)
        {
            throw new InboxOpenException(message) { IsInUse = isInUse };
        }
    }
}
