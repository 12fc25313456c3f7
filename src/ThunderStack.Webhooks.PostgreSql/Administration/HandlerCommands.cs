using ThunderStack.Webhooks.PostgreSql.Replicas;

namespace ThunderStack.Webhooks.PostgreSql.Administration;

/// <summary>Pauses handlers, here and in every other replica, and writes down who did what.</summary>
internal sealed class HandlerCommands(
    SchemaName schema, InboxQueries queries, PausedHandlers paused, WakeUps wakeUps, TimeProvider time) : IHandlerCommands
{
    private const int KeptAudit = 10_000;

    public IReadOnlyCollection<string> Paused => paused.Names;

    /// <summary>Learns which are paused.</summary>
    public async Task LoadAsync(CancellationToken cancellationToken) =>
        paused.Names = [.. (await queries.ListHandlersAsync(cancellationToken).ConfigureAwait(false))
            .Where(handler => handler.PausedAt is not null).Select(handler => handler.Name)];

    public Task<bool> PauseAsync(string handler, string by, CancellationToken cancellationToken) => ChangeAsync(
        $"UPDATE {schema}.handlers SET paused_at = $2, paused_by = $3 WHERE name = $1 AND paused_at IS NULL RETURNING handler",
        command => command.With(handler).With(Instant.ToMilliseconds(time.GetUtcNow())).With(by),
        cancellationToken);

    public Task<bool> ResumeAsync(string handler, CancellationToken cancellationToken) => ChangeAsync(
        $"UPDATE {schema}.handlers SET paused_at = NULL, paused_by = NULL WHERE name = $1 AND paused_at IS NOT NULL RETURNING handler",
        command => command.With(handler),
        cancellationToken);

    public Task RecordAsync(AuditRecord record, CancellationToken cancellationToken) => queries.ReadAsync(
        $"""
        WITH recorded AS (
            INSERT INTO {schema}.audit(at, who, action, target, outcome) VALUES($1, $2, $3, $4, $5) RETURNING entry
        ), removed AS (
            DELETE FROM {schema}.audit a USING recorded r WHERE a.entry <= r.entry - {KeptAudit}
        )
        SELECT entry FROM recorded
        """,
        command => command
            .With(Instant.ToMilliseconds(record.At))
            .With(StoredText.Encode(record.By))
            .With(record.Action)
            .With(StoredText.Encode(record.Target))
            .With(StoredText.Encode(record.Outcome)),
        row => row.GetInt64(0),
        cancellationToken);

    private async Task<bool> ChangeAsync(string sql, Action<NpgsqlBatchCommand> configure, CancellationToken cancellationToken)
    {
        var changed = await queries.ReadAsync(sql, configure, row => row.GetInt32(0), cancellationToken).ConfigureAwait(false);
        await LoadAsync(cancellationToken).ConfigureAwait(false);

        // Others look at once.
        await wakeUps.SendAsync(cancellationToken).ConfigureAwait(false);
        return changed.Count > 0;
    }
}
