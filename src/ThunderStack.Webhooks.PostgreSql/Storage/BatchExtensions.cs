namespace ThunderStack.Webhooks.PostgreSql.Storage;

/// <summary>Writes parameters briefly.</summary>
internal static class BatchExtensions
{
    /// <summary>Adds a statement with positional parameters.</summary>
    public static NpgsqlBatchCommand Add(this NpgsqlBatch batch, string sql)
    {
        var command = new NpgsqlBatchCommand(sql);
        batch.BatchCommands.Add(command);
        return command;
    }

    public static NpgsqlBatchCommand With<T>(this NpgsqlBatchCommand command, T value)
    {
        command.Parameters.Add(new NpgsqlParameter<T> { TypedValue = value });
        return command;
    }

    /// <summary>One value of each row, for <c>unnest</c>.</summary>
    public static T[] Column<TRow, T>(this IReadOnlyList<TRow> rows, Func<TRow, T> value) => [.. rows.Select(value)];

    /// <summary>Adds a parameter that may be null.</summary>
    public static NpgsqlBatchCommand With<T>(this NpgsqlBatchCommand command, T? value, NpgsqlTypes.NpgsqlDbType type)
    {
        command.Parameters.Add(value is null
            ? new NpgsqlParameter { NpgsqlDbType = type, Value = DBNull.Value }
            : new NpgsqlParameter<T> { NpgsqlDbType = type, TypedValue = value });
        return command;
    }

    /// <summary>Adds a bound on whole milliseconds: what was received in the same one counts as after.</summary>
    public static NpgsqlBatchCommand WithInstant(this NpgsqlBatchCommand command, DateTimeOffset? instant)
    {
        command.Parameters.Add(new NpgsqlParameter
        {
            NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Bigint,
            Value = instant is { } value ? Instant.ToMilliseconds(value) : DBNull.Value,
        });
        return command;
    }

    /// <summary>Reads to the end, so that a failure of any statement shows.</summary>
    public static void Drain(this NpgsqlDataReader reader)
    {
        do
        {
            while (reader.Read())
            {
            }
        }
        while (reader.NextResult());
    }

    /// <summary>
    /// Runs the statements and reads the rows of one that answers some, and everything behind it: a failure may come with the
    /// commit.
    /// </summary>
    /// <param name="batch">The statements.</param>
    /// <param name="skip">How many statements before it answer rows.</param>
    /// <param name="read">Reads a row.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public static async Task<List<T>> ReadAsync<T>(
        this NpgsqlBatch batch, int skip, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
    {
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        var rows = await reader.ReadAsync(skip, read, cancellationToken).ConfigureAwait(false);
        while (await reader.NextResultAsync(cancellationToken).ConfigureAwait(false))
        {
        }

        return rows;
    }

    /// <summary>Reads the rows of one statement, after so many others that answer rows.</summary>
    public static async Task<List<T>> ReadAsync<T>(
        this NpgsqlDataReader reader, int skip, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
    {
        for (; skip > 0; skip--)
        {
            await reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
        }

        var rows = new List<T>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            rows.Add(read(reader));
        }

        return rows;
    }

    /// <summary>Runs one statement on its own.</summary>
    public static async Task<int> ExecuteAsync(this NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }
}
