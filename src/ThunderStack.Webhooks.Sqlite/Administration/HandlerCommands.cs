using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Sqlite.Storage;
using ThunderStack.Webhooks.Sqlite.Writing;
using ThunderStack.Webhooks.Stores;

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
        update =>
        {
            update.Bind(1, handler);
            update.Bind(2, Instant.ToMilliseconds(time.GetUtcNow()));
            update.Bind(3, by);
        },
        cancellationToken);

    public Task<bool> ResumeAsync(string handler, CancellationToken cancellationToken) => ChangeAsync(
        "UPDATE handlers SET paused_at = NULL, paused_by = NULL WHERE name = ?1 AND paused_at IS NOT NULL",
        update => update.Bind(1, handler),
        cancellationToken);

    public Task RecordAsync(AuditRecord record, CancellationToken cancellationToken) => commands.RunAsync(session =>
    {
        using var insert = session.Database.Query("INSERT INTO audit(at, who, action, target, outcome) VALUES(?1, ?2, ?3, ?4, ?5)");
        insert.Bind(1, Instant.ToMilliseconds(record.At));
        insert.Bind(2, record.By);
        insert.Bind(3, record.Action);
        insert.Bind(4, record.Target);
        insert.Bind(5, record.Outcome);
        insert.Run();
        session.Database.Execute($"DELETE FROM audit WHERE entry <= (SELECT max(entry) FROM audit) - {KeptAudit}");
        return true;
    }).WaitAsync(cancellationToken);

    private async Task<bool> ChangeAsync(string sql, Action<Statement> bind, CancellationToken cancellationToken)
    {
        var change = commands.RunAsync(
            session =>
            {
                using var update = session.Database.Query(sql);
                bind(update);
                update.Run();
                return (IsChange: session.Database.Changes > 0, Paused: ListPaused(session.Database));
            },
            change => _paused = change.Paused);
        return (await change.WaitAsync(cancellationToken).ConfigureAwait(false)).IsChange;
    }

    private static IReadOnlyCollection<string> ListPaused(Database database)
    {
        using var rows = database.Query("SELECT name FROM handlers WHERE paused_at IS NOT NULL");
        return rows.ReadAll(static row => row.GetString(0));
    }
}
