using Npgsql;
using ThunderStack.Webhooks.Stores;

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

    /// <inheritdoc cref="DrainAsync"/>
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

    /// <summary>Reads to the end, so that a failure of any statement shows.</summary>
    public static async Task DrainAsync(this NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        do
        {
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
            }
        }
        while (await reader.NextResultAsync(cancellationToken).ConfigureAwait(false));
    }
}
