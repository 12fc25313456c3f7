namespace ThunderStack.Webhooks.PostgreSql.Writing;

/// <summary>
/// Counts what attempts come to, and writes the counts once a second at most: they are statistics, and not worth a row in every
/// settlement.
/// </summary>
internal sealed class RateWriter(NpgsqlDataSource source, SchemaName schema, TransactionSettings settings)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly RateCounts _counts = new();
    private readonly CancellationTokenSource _stopping = new();
    private bool _isSaving;
    private Task _saving = Task.CompletedTask;

    // Every replica writes the rows in the same order.
    public string SaveSql { get; } =
        $"""
        INSERT INTO {schema}.handler_rates AS r(began_at, handler, succeeded, failed, dead_lettered)
        SELECT * FROM unnest($1, $2, $3, $4, $5) AS u(began_at, handler, succeeded, failed, dead_lettered) ORDER BY u.began_at, u.handler
        ON CONFLICT (began_at, handler) DO UPDATE SET succeeded = r.succeeded + excluded.succeeded, failed = r.failed + excluded.failed,
            dead_lettered = r.dead_lettered + excluded.dead_lettered
        """;

    public string RemoveSql { get; } = $"DELETE FROM {schema}.handler_rates WHERE began_at < $1";

    /// <summary>Counts a result that is recorded.</summary>
    public void Add(int handler, Settlement settlement)
    {
        lock (_gate)
        {
            _counts.Add(handler, settlement);
            if (!_isSaving && !_stopping.IsCancellationRequested)
            {
                _isSaving = true;
                _saving = Task.Run(SaveSoonAsync);
            }
        }
    }

    /// <summary>Writes what was counted, if the database takes it at once.</summary>
    public async Task StopAsync()
    {
        await AbandonAsync().ConfigureAwait(false);
        await SaveAsync().ConfigureAwait(false);
    }

    /// <summary>Ends as a killed process would.</summary>
    public async Task AbandonAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _saving.ConfigureAwait(false);
    }

    private async Task SaveSoonAsync()
    {
        while (true)
        {
            await Task.Delay(Interval, TimeProvider.System, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!_stopping.IsCancellationRequested)
            {
                await SaveAsync().ConfigureAwait(false);
            }

            lock (_gate)
            {
                if (_stopping.IsCancellationRequested || _counts.IsEmpty)
                {
                    _isSaving = false;
                    return;
                }
            }
        }
    }

    private async Task SaveAsync()
    {
        IReadOnlyList<RateCount> counts;
        lock (_gate)
        {
            counts = _counts.All;
            _counts.Clear();
        }

        if (counts.Count == 0)
        {
            return;
        }

        try
        {
            await using var connection = await source.OpenConnectionAsync(CancellationToken.None).ConfigureAwait(false);
            await using var batch = settings.CreateBatch(connection);
            batch.Add(SaveSql)
                .With(counts.Column(count => count.BeganAt))
                .With(counts.Column(count => (int)count.Handler))
                .With(counts.Column(count => count.Succeeded))
                .With(counts.Column(count => count.Failed))
                .With(counts.Column(count => count.DeadLettered));
            batch.Add(RemoveSql).With(counts.Max(count => count.BeganAt) - (long)RateCounts.Kept.TotalMilliseconds);
            await batch.ExecuteNonQueryAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception)
        {
            // How the database is, the appends say. It is tried again with what comes.
            lock (_gate)
            {
                _counts.Restore(counts);
            }
        }
    }
}
