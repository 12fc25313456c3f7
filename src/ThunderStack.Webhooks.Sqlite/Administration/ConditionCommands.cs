using ThunderStack.Webhooks.Conditions;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Sqlite.Dispatch;
using ThunderStack.Webhooks.Sqlite.Writing;

namespace ThunderStack.Webhooks.Sqlite.Administration;

/// <summary>Opens and closes conditions, each in one transaction with its event. The file's owner has every duty.</summary>
internal sealed class ConditionCommands(CommandRunner commands, LatestConditionEvents latest) : IConditionStore
{
    private const int KeptClosed = 1_000;

    public const string Columns = "kind, subject, node_id, severity, message, remedy, since, told_at, closed_at, quiet_until";

    public Task<bool> HoldAsync(Duty duty, TimeSpan lease, CancellationToken cancellationToken) => Task.FromResult(true);

    public async Task<bool> ChangeAsync(Condition condition, ConditionChange change, DateTimeOffset at, Duty duty, CancellationToken cancellationToken)
    {
        var overtaken = await commands.RunAsync(
            session => Change(session, condition, change, at),
            ids => ids?.ForEach(latest.Remove)).WaitAsync(cancellationToken).ConfigureAwait(false);
        return overtaken is not null;
    }

    public static Condition Read(Statement row) => new()
    {
        Kind = new ConditionKind(row.GetString(0)),
        Subject = row.GetString(1),
        NodeId = new NodeId(row.GetString(2)),
        Severity = (ConditionSeverity)row.GetInt64(3),
        Message = row.GetString(4),
        Remedy = row.GetText(5),
        Since = Instant.FromMilliseconds(row.GetInt64(6)),
        ToldAt = Instant.FromMilliseconds(row.GetInt64(7)),
        ClosedAt = Instant.FromMilliseconds(row.GetNullableInt64(8)),
        QuietUntil = Instant.FromMilliseconds(row.GetNullableInt64(9)),
    };

    /// <summary>Reads which events are the latest of their conditions.</summary>
    public void LoadLatest(Database database)
    {
        using var rows = database.Query(
            "SELECT event_id FROM conditions WHERE event_id IS NOT NULL UNION ALL SELECT reminder_id FROM conditions WHERE reminder_id IS NOT NULL");
        while (rows.Step())
        {
            latest.Add(new WebhookEventId(rows.GetSpan(0)));
        }
    }

    /// <summary>The events that are no longer the latest; <see langword="null"/> when nothing was to change.</summary>
    private List<WebhookEventId>? Change(WriteSession session, Condition condition, ConditionChange change, DateTimeOffset at)
    {
        var entry = ConditionChanged.Write(condition, change, at);
        var before = Latest(session.Database, condition, remindersOnly: change == ConditionChange.Reminded);
        using var save = session.Database.Query(change switch
        {
            ConditionChange.Opened =>
                """
                INSERT INTO conditions(kind, subject, event_id, told_at, node_id, severity, message, remedy, since, quiet_until)
                VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) ON CONFLICT DO NOTHING
                """,
            ConditionChange.Closed =>
                "UPDATE conditions SET closed_at = ?4, event_id = ?3, reminder_id = NULL WHERE kind = ?1 AND subject = ?2 AND closed_at IS NULL",
            _ =>
                "UPDATE conditions SET told_at = ?4, reminder_id = ?3, quiet_until = NULL WHERE kind = ?1 AND subject = ?2 AND closed_at IS NULL",
        });
        save.BindAll(condition.Kind.Value, condition.Subject, entry.Id.ToByteArray(), Instant.ToMilliseconds(at));
        if (change == ConditionChange.Opened)
        {
            save.Bind(5, condition.NodeId.Value);
            save.Bind(6, (long)condition.Severity);
            save.Bind(7, condition.Message);
            save.Bind(8, condition.Remedy);
            save.Bind(9, Instant.ToMilliseconds(condition.Since));
            save.Bind(10, Instant.ToMilliseconds(condition.QuietUntil));
        }

        if (save.Run() == 0)
        {
            return null;
        }

        if (change == ConditionChange.Opened)
        {
            Forget(session.Database, condition, before);
        }

        // Before the commit: nothing of it is handed out yet, and what is handed out must not look stale.
        latest.Add(entry.Id);
        session.Append(entry, null);
        return before;
    }

    private static List<WebhookEventId> Latest(Database database, Condition condition, bool remindersOnly)
    {
        using var rows = database.Query(
            "SELECT event_id, reminder_id FROM conditions WHERE kind = ?1 AND subject = ?2 AND coalesce(event_id, reminder_id) IS NOT NULL",
            condition.Kind.Value, condition.Subject);
        var ids = new List<WebhookEventId>();
        while (rows.Step())
        {
            foreach (var column in remindersOnly ? [1] : new[] { 0, 1 })
            {
                if (!rows.IsNull(column))
                {
                    ids.Add(new WebhookEventId(rows.GetSpan(column)));
                }
            }
        }

        return ids;
    }

    private static void Forget(Database database, Condition condition, List<WebhookEventId> overtaken)
    {
        if (overtaken.Count > 0)
        {
            database.Run(
                "UPDATE conditions SET event_id = NULL, reminder_id = NULL WHERE kind = ?1 AND subject = ?2 AND closed_at IS NOT NULL",
                condition.Kind.Value, condition.Subject);
        }

        database.Execute(
            $"""
            DELETE FROM conditions WHERE closed_at IS NOT NULL AND condition <=
                (SELECT condition FROM conditions WHERE closed_at IS NOT NULL ORDER BY condition DESC LIMIT 1 OFFSET {KeptClosed})
            """);
    }
}
