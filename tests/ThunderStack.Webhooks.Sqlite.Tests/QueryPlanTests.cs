using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Sqlite.Administration;
using ThunderStack.Webhooks.Sqlite.Dispatch;
using ThunderStack.Webhooks.Sqlite.Storage;
using ThunderStack.Webhooks.Sqlite.Writing;
using ThunderStack.Webhooks.Testing.Inbox;

namespace ThunderStack.Webhooks.Sqlite.Tests;

/// <summary>What runs for every event, delivery or slice reads by key, however large the tables are.</summary>
public sealed class QueryPlanTests
{
    public static TheoryData<string> Statements { get; } = new(
        EntryReader.Sql,
        Backlog.PendingSql,
        Backlog.ScheduledSql,
        RetentionCommand.RemoveEventSql,
        RetentionCommand.RemoveDeliverySql,
        RetentionCommand.SliceSql,
        RetentionCommand.RemoveFailuresSql,
        HandlerRates.RemoveSql,
        DeliveryQueries.OfEventSql,
        DeliveryQueries.DeadLettersSql,
        InboxGauges.DeadHandlersSql,
        DeliveryQueries.FailedAttemptsSql,
        DeliveryQueries.NewestDeadSql,
        BacklogQuery.ScheduledSql,
        "SELECT max(seq) FROM events",
        "SELECT max(position) FROM deliveries WHERE state = 1",
        "SELECT count(*) FROM deliveries WHERE state = 3");

    [Theory]
    [MemberData(nameof(Statements))]
    public async Task Statement_reads_by_key(string sql)
    {
        await using var store = await TestSqliteInbox.OpenAsync();
        using var database = Database.OpenReadOnly(store.Path, TimeSpan.Zero);

        ShouldNotScan(database, sql);
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public async Task Events_of_a_node_are_read_by_key(bool ofType, bool inTime)
    {
        var filter = new EventFilter
        {
            NodeId = new NodeId("node-a"),
            EventType = ofType ? NodeStatusUpdated.TypeName : null,
            From = inTime ? TestEntry.Noon : null,
            To = inTime ? TestEntry.Noon.AddHours(1) : null,
            Before = inTime ? default(WebhookEventId) : null,
        };
        await using var store = await TestSqliteInbox.OpenAsync();
        using var database = Database.OpenReadOnly(store.Path, TimeSpan.Zero);

        ShouldNotScan(database, NodeEvents.Sql(filter, EntryColumns.Select, newestFirst: false));
        ShouldNotScan(database, NodeEvents.Sql(filter, EntryColumns.Select, newestFirst: true));
    }

    [Fact]
    public async Task Statements_of_the_writer_read_by_key()
    {
        var statements = new List<string>();
        await using var store = await TestSqliteInbox.OpenAsync(limits: new InboxLimits
        {
            Fault = (_, database) =>
            {
                statements.Clear();
                statements.AddRange(database.Prepared);
            },
        });
        await store.Inbox.AppendAsync(TestEntry.Create(), TestEntry.Key, TestContext.Current.CancellationToken);
        using var reader = Database.OpenReadOnly(store.Path, TimeSpan.Zero);

        statements.Should().HaveCountGreaterThan(5);
        foreach (var sql in statements)
        {
            ShouldNotScan(reader, sql);
        }
    }

    private static void ShouldNotScan(Database database, string sql)
    {
        using var plan = database.Query("EXPLAIN QUERY PLAN " + sql);
        while (plan.Step())
        {
            // "SEARCH" is a lookup; a scan of the table of handlers, of which there are a few, is no matter.
            var step = plan.GetString(3);
            (step.StartsWith("SCAN", StringComparison.Ordinal) && step != "SCAN h").Should().BeFalse("{0} does: {1}", sql, step);
            step.Should().NotContain("TEMP B-TREE", sql);
        }
    }
}
