using NpgsqlTypes;
using ThunderStack.Webhooks.Conditions;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.PostgreSql.Writing;

namespace ThunderStack.Webhooks.PostgreSql.Administration;

/// <summary>Opens and closes conditions, each in one transaction with its event, for the replica whose duty it is.</summary>
internal sealed class ConditionCommands(NpgsqlDataSource source, SchemaName schema, TransactionSettings settings, AppendStatement append) : IConditionStore
{
    private const int KeptClosed = 1_000;

    public const string Columns = "kind, subject, node_id, severity, message, remedy, since, told_at, closed_at, quiet_until";

    /// <summary>Called with the node that an event was stored of.</summary>
    public required Action<IReadOnlyCollection<int>> Stored { get; init; }

    // A lease that is further away than it was granted for comes of a clock that was set back: it begins anew, for whoever has it.
    private string HoldSql { get; } =
        $"""
        INSERT INTO {schema}.duties AS d(name, token, lease_until, lease) VALUES($1, $2, {ServerClock.Now} + $3, $3)
        ON CONFLICT (name) DO UPDATE SET
            token = CASE WHEN d.token = $2 OR d.lease_until <= {ServerClock.Now} THEN $2 ELSE d.token END,
            lease_until = CASE WHEN d.token = $2 OR d.lease_until <= {ServerClock.Now} THEN {ServerClock.Now} + $3 ELSE least(d.lease_until, {ServerClock.Now} + d.lease) END,
            lease = CASE WHEN d.token = $2 OR d.lease_until <= {ServerClock.Now} THEN $3 ELSE d.lease END
        RETURNING token = $2
        """;

    // The duty's row is kept as it is until the commit.
    private string DutySql { get; } =
        $"SELECT FROM {schema}.duties WHERE name = $1 AND token = $2 AND lease_until > {ServerClock.Now} FOR SHARE";

    private string OpenSql { get; } =
        $"""
        WITH opened AS (
            INSERT INTO {schema}.conditions(kind, subject, event_id, told_at, node_id, severity, message, remedy, since, quiet_until)
            VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (kind, subject) WHERE closed_at IS NULL DO NOTHING RETURNING condition
        ), forgotten AS (
            UPDATE {schema}.conditions c SET event_id = NULL, reminder_id = NULL FROM opened
            WHERE c.kind = $1 AND c.subject = $2 AND c.closed_at IS NOT NULL
        ), removed AS (
            DELETE FROM {schema}.conditions c USING opened WHERE c.closed_at IS NOT NULL AND c.condition <= opened.condition - {KeptClosed}
        )
        SELECT FROM opened
        """;

    private string CloseSql { get; } =
        $"""
        UPDATE {schema}.conditions SET closed_at = $4, event_id = $3, reminder_id = NULL
        WHERE kind = $1 AND subject = $2 AND closed_at IS NULL RETURNING condition
        """;

    private string RemindSql { get; } =
        $"UPDATE {schema}.conditions SET told_at = $4, reminder_id = $3, quiet_until = NULL WHERE kind = $1 AND subject = $2 AND closed_at IS NULL RETURNING condition";

    public async Task<bool> HoldAsync(Duty duty, TimeSpan lease, CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var batch = settings.CreateBatch(connection);
        batch.Add(HoldSql).With(duty.Name).With(duty.Token).With((long)lease.TotalMilliseconds);
        var isHeld = await batch.ReadAsync(skip: 1, row => row.GetBoolean(0), cancellationToken).ConfigureAwait(false);
        return isHeld[0];
    }

    public async Task<bool> ChangeAsync(Condition condition, ConditionChange change, DateTimeOffset at, Duty duty, CancellationToken cancellationToken)
    {
        var entry = ConditionChanged.Write(condition, change, at);
        await using var connection = await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        if (!await IsAnsweredAsync(connection, batch => batch.Add(DutySql).With(duty.Name).With(duty.Token), cancellationToken).ConfigureAwait(false)
            || !await IsAnsweredAsync(connection, batch => AddChange(batch, condition, change, at, entry), cancellationToken).ConfigureAwait(false))
        {
            return false;
        }

        var node = await AppendAsync(connection, entry, cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        Stored([node]);
        return true;
    }

    public static Condition Read(NpgsqlDataReader row) => new()
    {
        Kind = new ConditionKind(StoredText.Decode(row.GetString(0))),
        Subject = StoredText.Decode(row.GetString(1)),
        NodeId = new NodeId(StoredText.Decode(row.GetString(2))),
        Severity = (ConditionSeverity)row.GetInt16(3),
        Message = StoredText.Decode(row.GetString(4)),
        Remedy = row.Text(5),
        Since = Instant.FromMilliseconds(row.GetInt64(6)),
        ToldAt = Instant.FromMilliseconds(row.GetInt64(7)),
        ClosedAt = Instant.FromMilliseconds(row.Number(8)),
        QuietUntil = Instant.FromMilliseconds(row.Number(9)),
    };

    private async Task<bool> IsAnsweredAsync(NpgsqlConnection connection, Action<NpgsqlBatch> add, CancellationToken cancellationToken)
    {
        await using var batch = settings.CreateBatch(connection);
        add(batch);
        return (await batch.ReadAsync(skip: 1, _ => true, cancellationToken).ConfigureAwait(false)).Count > 0;
    }

    private void AddChange(NpgsqlBatch batch, Condition condition, ConditionChange change, DateTimeOffset at, InboxEntry entry)
    {
        var isOpened = change == ConditionChange.Opened;
        var command = batch.Add(isOpened ? OpenSql : change == ConditionChange.Closed ? CloseSql : RemindSql)
            .With(StoredText.Encode(condition.Kind.Value))
            .With(StoredText.Encode(condition.Subject))
            .With(entry.Id.ToByteArray())
            .With(Instant.ToMilliseconds(at));
        if (isOpened)
        {
            command.With(StoredText.Encode(condition.NodeId.Value))
                .With((short)condition.Severity)
                .With(StoredText.Encode(condition.Message))
                .With(StoredText.Encode(condition.Remedy), NpgsqlDbType.Text)
                .With(Instant.ToMilliseconds(condition.Since))
                .With(Instant.ToMilliseconds(condition.QuietUntil), NpgsqlDbType.Bigint);
        }
    }

    /// <summary>Returns the number of the event's node.</summary>
    private async Task<int> AppendAsync(NpgsqlConnection connection, InboxEntry entry, CancellationToken cancellationToken)
    {
        await using var batch = settings.CreateBatch(connection);
        KnownNames.AddNodes(batch, schema, [StoredText.Encode(entry.NodeId.Value)]);
        append.AddTo(batch, [entry], [null]);

        // The settings, the lock of registrations and that of the node answer rows, too.
        var nodes = await batch.ReadAsync(skip: 3, row => row.GetInt32(2), cancellationToken).ConfigureAwait(false);
        return nodes.Single();
    }
}
