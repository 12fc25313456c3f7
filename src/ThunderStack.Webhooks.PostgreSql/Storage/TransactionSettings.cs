namespace ThunderStack.Webhooks.PostgreSql.Storage;

/// <summary>
/// The first statement of every transaction on the way of an event: settings for this transaction only, so that they hold
/// behind a pooler too.
/// </summary>
/// <remarks>
/// The server ends what takes too long, also when this end is gone. Plans read by key whatever the statistics say of a table
/// that was empty a minute ago, and are made once. And a commit waits for its disk even if somebody switched that off since
/// the start.
/// </remarks>
internal sealed class TransactionSettings(TimeSpan timeout, bool allowDataLoss)
{
    private readonly string _sql =
        $"""
        SELECT set_config('statement_timeout', '{(long)timeout.TotalMilliseconds}', true),
            set_config('enable_seqscan', 'off', true), set_config('plan_cache_mode', 'force_generic_plan', true),
            set_config('jit', 'off', true)
        """
        + (allowDataLoss
            ? ""
            : ", set_config('synchronous_commit', replace(current_setting('synchronous_commit'), 'off', 'on'), true)");

    // Whatever else a planner does for a table that it takes for small, it reads all of it, or of an index, for a few rows.
    private const string OnlyLookUps =
        """
        , set_config('enable_mergejoin', 'off', true), set_config('enable_hashjoin', 'off', true),
        set_config('enable_material', 'off', true), set_config('enable_bitmapscan', 'off', true)
        """;

    /// <summary>A batch that is one transaction and one round trip, with this statement first.</summary>
    public NpgsqlBatch CreateBatch(NpgsqlConnection connection) => CreateBatch(connection, _sql);

    /// <summary>The same, for a thread that blocks: it gives up after this time, in whole seconds.</summary>
    public NpgsqlBatch CreateBatch(NpgsqlConnection connection, TimeSpan patience)
    {
        var batch = CreateBatch(connection, _sql);
        batch.Timeout = Math.Max(1, (int)patience.TotalSeconds);
        return batch;
    }

    /// <summary>The same, for statements that look up a few rows in large tables.</summary>
    public NpgsqlBatch CreateLookUp(NpgsqlConnection connection) => CreateBatch(connection, _sql + OnlyLookUps);

    private static NpgsqlBatch CreateBatch(NpgsqlConnection connection, string sql)
    {
        var batch = connection.CreateBatch();
        batch.Timeout = 0;
        batch.BatchCommands.Add(new NpgsqlBatchCommand(sql));
        return batch;
    }

}
