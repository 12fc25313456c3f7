using Npgsql;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.PostgreSql.Administration;
using ThunderStack.Webhooks.PostgreSql.Dispatch;
using ThunderStack.Webhooks.PostgreSql.Storage;
using ThunderStack.Webhooks.PostgreSql.Tests.Growth;
using ThunderStack.Webhooks.PostgreSql.Writing;

namespace ThunderStack.Webhooks.PostgreSql.Tests;

/// <summary>
/// What runs for every event, delivery or slice reads by key, in empty tables and in full ones. How full: <see cref="Past.Events"/>.
/// </summary>
public sealed class QueryPlanTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Statements_on_the_way_of_an_event_scan_no_table()
    {
        await using var store = await TestPostgreSqlInbox.OpenAsync();
        await using var source = NpgsqlDataSource.Create(store.ConnectionString);
        await ShouldLookUpAsync(source, store.Schema, "empty");

        await Past.WriteAsync(source, store.Schema, Past.Events, Token);

        await ShouldLookUpAsync(source, store.Schema, "full, without statistics");
        await ExecuteAsync(source, $"ANALYZE {store.Schema}.events, {store.Schema}.deliveries, {store.Schema}.event_ids, {store.Schema}.nodes, {store.Schema}.lanes");
        await ShouldLookUpAsync(source, store.Schema, "full");
    }

    private static async Task ShouldLookUpAsync(NpgsqlDataSource source, string name, string state)
    {
        var schema = new SchemaName(name);
        var settings = new TransactionSettings(TimeSpan.FromSeconds(30), allowDataLoss: false);
        var append = new AppendStatement(schema, settings, TimeSpan.FromSeconds(30));
        var lease = TimeSpan.FromSeconds(43);
        var queries = new InboxQueries(source, schema, settings);
        List<(string Sql, string Types, bool IsLookUp)> statements =
        [
            (append.LockSql, "text[]", false),
            (append.StoreSql, "bytea[], text[], smallint[], text[], text[], text[], bigint[], bigint[], text[], bigint[], bytea[], bytea[], text[], bigint[]", false),
            (queries.FindSql, "bytea", false),
            (queries.FindAllSql, "bytea[]", false),
            .. PageSql(schema),
            (queries.BacklogSql, "text", true),
        ];
        foreach (var ordering in Enum.GetValues<DeliveryOrdering>())
        {
            var claim = new ClaimStatement(schema, settings, ordering, lease);
            var settle = new SettleStatement(schema, settings, claim, ordering, lease);
            statements.AddRange(
            [
                (claim.NamedSql, "text, int[], uuid[], bigint[], int, int[], uuid[]", true),
                (claim.AnySql, "text, int, uuid[], bigint[], int, int[], uuid[]", true),
                (claim.MoveSql, "text, uuid, uuid[], bigint[], bigint", true),
                (settle.LockSql, "int[], int[], uuid[]", true),
                (settle.RecordSql, "int[], int[], uuid[], bigint[], bytea[], smallint[], int[], bigint[], bigint[], text[], text[]", true),
                (settle.FailSql, "int[], int[], uuid[], bigint[], bigint[], int[], bigint[], text[], text[]", true),
                (settle.MoveSql, "int[], int[], uuid[], boolean[], boolean[], int[], bigint[], bigint", true),
            ]);
        }

        foreach (var (sql, types, isLookUp) in statements)
        {
            var plan = await PlanAsync(source, settings, sql, types, isLookUp);

            // A few handlers may be scanned: they have no other use.
            var scans = plan.Where(step => step.Contains("Seq Scan on", StringComparison.Ordinal)
                && !step.Contains("Seq Scan on handlers", StringComparison.Ordinal));
            scans.Should().BeEmpty("with tables that are {0}, this reads by key: {1}\n{2}", state, sql, string.Join('\n', plan));

            // The statements of a delivery, which are many, read no node's whole history either.
            var histories = plan.Zip(plan.Skip(1)).Where(steps => steps.First.Contains("using events_of_node", StringComparison.Ordinal)
                && !steps.Second.Contains("seq", StringComparison.Ordinal));
            (isLookUp ? histories : []).Should().BeEmpty("with tables that are {0}, this reads by place: {1}\n{2}", state, sql, string.Join('\n', plan));
        }
    }

    /// <summary>What a person asks for, with each filter alone: nothing is read but what one question may look at.</summary>
    private static IEnumerable<(string Sql, string Types, bool IsLookUp)> PageSql(SchemaName schema)
    {
        const string EventTypes = "text, text, bigint, bigint, bytea, text, smallint, text, text, text, text[], int, bigint, bigint";
        const string DeliveryTypes = "bytea, text, bigint, bigint, text, text, bigint, int, bigint, bigint, int";
        var (events, deliveries) = (new EventSql(schema), new DeliverySql(schema));
        var node = new NodeId("node-a");
        List<EventFilter> filters =
        [
            new EventFilter { NodeId = node },
            new EventFilter { NodeId = node, EventType = "X", From = DateTimeOffset.UnixEpoch },
            new EventFilter { NodeId = node, Before = default(WebhookEventId) },
            new EventFilter { NodeId = node, OnlyChanges = true },
            new EventFilter { Status = NodeStatus.Failed, Source = EventSource.Webhook },
            new EventFilter { Text = "a", TextNodes = [node] },
            .. Enum.GetValues<DeliveryState>().SelectMany(state => new[] { new EventFilter { State = state }, new EventFilter { State = state, Handler = "log" } }),
        ];
        foreach (var filter in filters)
        {
            yield return (events.Window(filter), EventTypes, false);
            yield return (events.Ahead(filter), EventTypes, false);
        }

        foreach (var filter in filters[..3])
        {
            yield return (events.List(filter), EventTypes[..EventTypes.LastIndexOf(", bigint, bigint", StringComparison.Ordinal)], false);
        }

        foreach (var state in Enum.GetValues<DeliveryState>().Cast<DeliveryState?>().Append(null))
        {
            yield return (deliveries.Window(new DeliveryFilter { NodeId = node, Handler = "log", ErrorCode = "503" }, state), DeliveryTypes, false);
            yield return (EventRange.WindowSql(schema, node, state), "bigint, text", false);
        }

        yield return (EventRange.WindowSql(schema, node: null, state: null), "bigint, text", false);
        yield return (deliveries.OfEvent, "bytea", false);
        yield return (deliveries.OfEvents, "bytea[]", false);
        yield return (deliveries.DeadLetters, "int", false);
        yield return (InboxGauges.DeadLettersSql(schema), "int", false);
        yield return (deliveries.FailedAttempts, "bytea", false);
        yield return (deliveries.Failures, "int", false);
        yield return (deliveries.Choose(new DeliveryFilter { Handler = "log" }), "bytea, text, bigint, bigint, text, text, bigint, text[]", false);
    }

    private static async Task<List<string>> PlanAsync(NpgsqlDataSource source, TransactionSettings settings, string sql, string types, bool isLookUp)
    {
        await using var connection = await source.OpenConnectionAsync(Token);
        await using var transaction = await connection.BeginTransactionAsync(Token);
        await using (var first = isLookUp ? settings.CreateLookUp(connection) : settings.CreateBatch(connection))
        {
            await first.ExecuteNonQueryAsync(Token);
        }

        await using var prepare = new NpgsqlCommand($"PREPARE planned({types}) AS {sql}", connection);
        await prepare.ExecuteNonQueryAsync(Token);
        var nulls = string.Join(", ", types.Split(", ").Select(type => $"NULL::{type}"));
        await using var explain = new NpgsqlCommand($"EXPLAIN (COSTS OFF) EXECUTE planned({nulls})", connection);
        var plan = new List<string>();
        await using (var rows = await explain.ExecuteReaderAsync(Token))
        {
            while (await rows.ReadAsync(Token))
            {
                plan.Add(rows.GetString(0));
            }
        }

        await using var deallocate = new NpgsqlCommand("DEALLOCATE planned", connection);
        await deallocate.ExecuteNonQueryAsync(Token);
        return plan;
    }

    private static async Task ExecuteAsync(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        command.CommandTimeout = 0;
        await command.ExecuteNonQueryAsync(Token);
    }
}
