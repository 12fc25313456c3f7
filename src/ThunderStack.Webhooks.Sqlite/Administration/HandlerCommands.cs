using ThunderStack.Webhooks.Sqlite.Writing;

namespace ThunderStack.Webhooks.Sqlite.Administration;

/// <summary>Pauses handlers, and writes down who did what.</summary>
internal sealed class HandlerCommands(CommandRunner commands, TimeProvider time) : IHandlerCommands
{
    private const int KeptAudit = 10_000;

    private volatile IReadOnlyCollection<string> _paused = [];

    public IReadOnlyCollection<string> Paused => _paused;

    public void Load(Database database) => _paused = ListPaused(database);

    public Task<bool> PauseAsync(string handler, string by, CancellationToken cancellationToken) => ChangeAsync(
        "UPDATE handlers SET paused_at = ?2, paused_by = ?3 WHERE name = ?1 AND paused_at IS NULL",
        [handler, Instant.ToMilliseconds(time.GetUtcNow()), by],
        cancellationToken);

    public Task<bool> ResumeAsync(string handler, CancellationToken cancellationToken) => ChangeAsync(
        "UPDATE handlers SET paused_at = NULL, paused_by = NULL WHERE name = ?1 AND paused_at IS NOT NULL",
        [handler],
        cancellationToken);

    public Task RecordAsync(AuditRecord record, CancellationToken cancellationToken) => commands.RunAsync(session =>
    {
        session.Database.Run(
            "INSERT INTO audit(at, who, action, target, outcome) VALUES(?1, ?2, ?3, ?4, ?5)",
            Instant.ToMilliseconds(record.At), record.By, record.Action, record.Target, record.Outcome);
        session.Database.Execute($"DELETE FROM audit WHERE entry <= (SELECT max(entry) FROM audit) - {KeptAudit}");
        return true;
    }).WaitAsync(cancellationToken);

    private async Task<bool> ChangeAsync(string sql, SqlValue[] values, CancellationToken cancellationToken)
    {
        var change = commands.RunAsync(
            session => (IsChange: session.Database.Run(sql, values) > 0, Paused: ListPaused(session.Database)),
            change => _paused = change.Paused);
        return (await change.WaitAsync(cancellationToken).ConfigureAwait(false)).IsChange;
    }

    private static List<string> ListPaused(Database database) =>
        database.ReadAll("SELECT name FROM handlers WHERE paused_at IS NOT NULL", static row => row.GetString(0));
}
