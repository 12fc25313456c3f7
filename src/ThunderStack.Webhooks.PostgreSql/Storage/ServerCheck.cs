namespace ThunderStack.Webhooks.PostgreSql.Storage;

/// <summary>What a server is like, as far as the inbox depends on it.</summary>
/// <param name="IsPooled">Whether a pooler in transaction mode is in between: no session of one's own.</param>
/// <param name="LosesData">Which setting makes an answer of 200 a lie; <see langword="null"/> when none does.</param>
internal sealed record ServerCheck(bool IsPooled, string? LosesData)
{
    private const int OldestVersion = 130_000;

    /// <exception cref="InboxOpenException">The server cannot hold an inbox.</exception>
    public static async Task<ServerCheck> RunAsync(NpgsqlDataSource source, bool allowDataLoss, CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var command = connection.CreateCommand();
        command.CommandText =
            """
            SELECT current_setting('server_version_num')::integer, current_setting('server_encoding'), pg_is_in_recovery(),
                current_setting('synchronous_commit'), current_setting('fsync'), pg_backend_pid(),
                current_setting('default_transaction_isolation'), current_user
            """;
        await using var row = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await row.ReadAsync(cancellationToken).ConfigureAwait(false);
        if (row.GetInt32(0) < OldestVersion)
        {
            throw new InboxOpenException($"The server is PostgreSQL {row.GetInt32(0) / 10_000}; the inbox needs {OldestVersion / 10_000} or newer.");
        }

        if (row.GetString(1) != "UTF8")
        {
            throw new InboxOpenException($"The database's encoding is {row.GetString(1)}; the inbox needs one with ENCODING 'UTF8'.");
        }

        if (row.GetBoolean(2))
        {
            throw new NpgsqlException("the server is a standby that only reads: name the primary, or all hosts, in ThunderStack:Inbox:ConnectionString");
        }

        var loses = row.GetString(3) == "off" ? "synchronous_commit" : row.GetString(4) == "off" ? "fsync" : null;
        if (loses is not null && !allowDataLoss)
        {
            throw new InboxOpenException(
                $"PostgreSQL runs with {loses}=off: a crash of the server then loses events that were answered 200. Set {loses}=on. "
                + "For an experiment that may lose events, set ThunderStack:Inbox:AllowDataLoss to true.");
        }

        // Who has waited for a row must see what was committed meanwhile, or two replicas with the same nodes fail each other.
        if (row.GetString(6) is not "read committed" and var isolation)
        {
            throw new InboxOpenException(
                $"PostgreSQL begins this user's transactions as '{isolation}'; the inbox needs 'read committed'. "
                + $"Say so for this user: ALTER ROLE \"{row.GetString(7)}\" SET default_transaction_isolation = 'read committed'.");
        }

        // A pooler tells the client a process number of its own making.
        return new ServerCheck(row.GetInt32(5) != connection.ProcessID, loses);
    }
}
