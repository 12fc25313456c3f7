using Npgsql;
using NpgsqlTypes;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.PostgreSql.Moving;
using ThunderStack.Webhooks.PostgreSql.Storage;

namespace ThunderStack.Webhooks.PostgreSql.Replicas;

/// <summary>
/// The rows by which replicas know of each other. A row that is there holds its lanes, whatever the time; once it has
/// expired, any other replica may remove it, and then its lanes are free. To renew and to remove exclude each other, so that
/// a replica always knows which of the two happened.
/// </summary>
internal sealed class ReplicaStatements(SchemaName schema, Guard guard)
{
    public string RenewSql { get; } =
        $"UPDATE {schema}.replicas SET expires_at = clock_timestamp() + $2, handlers = coalesce($3, handlers) WHERE replica = $1";

    public string ReapSql { get; } = $"DELETE FROM {schema}.replicas WHERE expires_at < clock_timestamp() AND replica <> $1";

    private string LookSql { get; } =
        $"""
        SELECT count(*) FILTER (WHERE replica = $1), count(*) FILTER (WHERE replica <> $1), current_setting('fsync')
        FROM {schema}.replicas
        """;

    /// <summary>Takes a number, and a first lease.</summary>
    /// <exception cref="InboxOpenException">Another inbox is being moved into this one.</exception>
    public async Task<long> JoinAsync(NpgsqlConnection connection, TimeSpan lease, int[]? handlers, CancellationToken cancellationToken)
    {
        await using var batch = guard.CreateBatch(connection);
        batch.Add(
            $"""
            INSERT INTO {schema}.replicas(replica, expires_at, handlers)
            SELECT nextval('{schema}.replica_numbers'), clock_timestamp() + $1, $2
            WHERE NOT EXISTS ({MoveRecord.UnfinishedSql(schema)}) RETURNING replica
            """).With(lease).With(handlers, NpgsqlDbType.Array | NpgsqlDbType.Integer);
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
        if (!await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            throw new InboxOpenException(
                $"Another inbox is being moved into the schema {schema}, and not all of it is there yet. Let 'thunderstack inbox move' end; "
                + "if it was interrupted, run it again: it goes on where it stopped.");
        }

        var replica = reader.GetInt64(0);
        await reader.DrainAsync(cancellationToken).ConfigureAwait(false);
        return replica;
    }

    /// <summary>Renews the lease, and removes those of replicas that no longer do.</summary>
    public async Task<ReplicaStanding> RenewAsync(
        NpgsqlConnection connection, long replica, TimeSpan lease, int[]? handlers, CancellationToken cancellationToken)
    {
        await using var batch = guard.CreateBatch(connection);
        batch.Add(RenewSql).With(replica).With(lease).With(handlers, NpgsqlDbType.Array | NpgsqlDbType.Integer);
        batch.Add(ReapSql).With(replica);
        batch.Add(LookSql).With(replica);
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
        await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        var standing = new ReplicaStanding(reader.GetInt64(0) > 0, reader.GetInt64(1) > 0, reader.GetString(2) == "off");
        await reader.DrainAsync(cancellationToken).ConfigureAwait(false);
        return standing;
    }

    public async Task LeaveAsync(NpgsqlConnection connection, long replica, CancellationToken cancellationToken)
    {
        await using var batch = guard.CreateBatch(connection);
        batch.Add($"DELETE FROM {schema}.replicas WHERE replica = $1").With(replica);
        await batch.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }
}

/// <summary>What a renewal found.</summary>
/// <param name="IsMember">Whether the lease was still there to renew.</param>
/// <param name="HasPeers">Whether there are other replicas.</param>
/// <param name="IsUnsafe">Whether the server no longer waits for its disk.</param>
internal readonly record struct ReplicaStanding(bool IsMember, bool HasPeers, bool IsUnsafe);
