using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using ThunderStack.Webhooks.EndToEnd.Processes;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.PostgreSql;
using ThunderStack.Webhooks.Testing;
using ThunderStack.Webhooks.Testing.PostgreSql;

namespace ThunderStack.Webhooks.EndToEnd.Unlocking;

/// <remarks>The counts are those of CI. The whole campaign: <c>THUNDERSTACK_UNLOCKS=20</c>.</remarks>
[Collection("Waiting")]
public sealed class UnlockTests
{
    // A round takes so long that no node is due for a fourth time within the minute, unless something is wrong.
    private const int AtMost = 3;
    private static readonly TimeSpan Within = TimeSpan.FromMinutes(1);

    // What is counted when it is begun arrives a little later.
    private static readonly TimeSpan OnTheWay = TimeSpan.FromSeconds(5);

    // Longer than another receiver takes until it watches the nodes, and everything after that, on a busy machine.
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(4);

    // Each node has a fault of its own; the first has none, and the last a password that is wrong in its file.
    private static readonly (string Node, string? Fault)[] Nodes =
    [
        ("plain", null),
        ("slow", """{"fault":"SlowUnlock","delay":"00:00:08"}"""),
        ("changing", """{"fault":"ChangingState","count":6}"""),
        ("nameless", """{"fault":"NamelessError"}"""),
        ("away", """{"fault":"Unreachable","count":4}"""),
        ("fickle", """{"fault":"UnlockDoesNotStick"}"""),
        ("hanging", """{"fault":"Hang","count":1}"""),
        ("wrong", null),
    ];

    private static CancellationToken None => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nodes_with_every_fault_are_unlocked_by_replicas_that_are_killed_and_never_more_often_than_allowed()
    {
        Campaign.Require(PostgreSqlCluster.Missing is null, PostgreSqlCluster.Missing ?? "");
        var random = Campaign.CreateRandom();
        using var folder = new TemporaryDirectory();
        var names = Nodes.Select(node => node.Node).ToArray();
        await using var emulator = await EmulatorProcess.StartAsync(names, folder.Path, names.ToDictionary(node => node, PasswordOf));
        await using var nodes = await WatchedNodes.StartAsync(emulator.Address);
        var (connection, schema) = (await TestPostgreSql.ConnectAsync(), TestPostgreSql.NewSchema());
        var settings = await SettingsAsync(folder, nodes, connection, schema);
        var receivers = await Task.WhenAll(settings.Select(ReceiverProcess.StartAsync));
        var output = "";

        // Unlocks of each node that were stored in an earlier round and never sent.
        var lost = new ConcurrentDictionary<string, long>();
        try
        {
            for (var round = 0; round < Campaign.Unlocks; round++)
            {
                foreach (var node in names)
                {
                    await nodes.PostAsync(node, "lock", "{}");
                }

                await emulator.SetNodeFaultsAsync(Nodes.Where(node => node.Fault is not null).Select(node => node.Fault!.Replace("{\"", $"{{\"nodeId\":\"{node.Node}\",\"", StringComparison.Ordinal)));

                // Some time between the first look and the answer to the last unlock.
                await Task.Delay(TimeSpan.FromSeconds(14 + (random.NextDouble() * 8)), TimeProvider.System, None);
                var killed = random.Next(receivers.Length);
                await receivers[killed].KillAsync();
                output += receivers[killed].Output;
                await receivers[killed].DisposeAsync();
                receivers[killed] = await ReceiverProcess.StartAsync(settings[killed]);
                await Task.WhenAll(UntilReadyOrLostAsync("plain"), UntilReadyOrLostAsync("slow"), UntilReadyOrLostAsync("nameless"));
                await ReplayAsync(connection, schema);

                // A person does the rest, so that every node can be found locked again.
                await emulator.SetNodeFaultsAsync([]);
                foreach (var node in names)
                {
                    await nodes.PostAsync(node, "unlock", $$"""{"password":"{{PasswordOf(node)}}"}""");
                    await UntilReadyAsync(node);
                }

                await Wait.UntilAsync(
                    () => NowAndThenAsync(async () => await CountAsync(connection, $"{schema}.conditions WHERE closed_at IS NULL AND kind LIKE 'Node%'") == 0), Long, () => $"all nodes are known to be ready. They wrote:\n{Outputs()}");
            }

            var most = nodes.Sent.GroupBy(unlock => unlock.Node).ToDictionary(unlocks => unlocks.Key, MostWithin);
            var begun = await CountAsync(connection, $"{schema}.events WHERE type = 'NODE_ACTION_STARTED'");
            Campaign.Tell($"{Campaign.Unlocks} rounds, each with one of two receivers killed: {nodes.Sent.Count} unlocks sent, {begun} begun; "
                + $"at most within {Within}: {string.Join(", ", most.Select(node => $"{node.Key} {node.Value}"))}.");
            nodes.Violations.Should().BeEmpty();
            most.Values.Should().AllSatisfy(count => count.Should().BeLessThanOrEqualTo(AtMost));
            nodes.Sent.Count.Should().BeLessThanOrEqualTo((int)begun, "each is stored before it is sent");
            nodes.Sent.Should().AllSatisfy(unlock => unlock.Password.Should().Be(unlock.Node == "wrong" ? "not-the-password" : PasswordOf(unlock.Node), "it goes to its own node"));
            nodes.Sent.Count(unlock => unlock.Node == "wrong").Should().Be(1, "what was refused is not sent again");
            most.Keys.Should().Contain(["plain", "slow", "nameless", "fickle"]);
            (output + Outputs()).Should().NotContain("secret-of-").And.NotContain("not-the-password");
            foreach (var column in new[] { "encode(body, 'escape') FROM {0}.events", "error FROM {0}.deliveries", "message FROM {0}.conditions", "handler FROM {0}.actions" })
            {
                (await CountAsync(connection, $"(SELECT {string.Format(CultureInfo.InvariantCulture, column, schema)}) t(x) WHERE x LIKE '%secret-of-%' OR x LIKE '%not-the-password%'")).Should().Be(0, column);
            }
        }
        catch (TimeoutException)
        {
            Campaign.Tell($"{await RowsAsync(connection, schema)}\nThe killed wrote:\n{output}");
            throw;
        }
        finally
        {
            await Task.WhenAll(receivers.Select(receiver => receiver.DisposeAsync().AsTask()));
            await TestPostgreSql.ExecuteAsync(connection, $"DROP SCHEMA IF EXISTS {schema} CASCADE");
        }

        Task UntilReadyAsync(string node) => Wait.UntilAsync(() => NowAndThenAsync(() => nodes.IsReadyAsync(node)), Long, () => $"{node} is ready. They wrote:\n{Outputs()}");

        // A receiver that dies between storing an unlock and sending it leaves the node to a person.
        async Task UntilReadyOrLostAsync(string node)
        {
            var since = TimeProvider.System.GetTimestamp();
            var unsent = 0L;
            var isLost = false;
            await Wait.UntilAsync(
                () => NowAndThenAsync(async () =>
                {
                    var begun = await CountAsync(connection, $"{schema}.events e JOIN {schema}.nodes n USING (node) WHERE e.type = 'NODE_ACTION_STARTED' AND n.node_id = '{node}'");
                    unsent = begun - nodes.Sent.Count(unlock => unlock.Node == node);
                    since = unsent > lost.GetValueOrDefault(node) ? since : TimeProvider.System.GetTimestamp();
                    isLost = TimeProvider.System.GetElapsedTime(since) > OnTheWay;
                    return isLost || await nodes.IsReadyAsync(node);
                }),
                Long,
                () => $"{node} is ready. They wrote:\n{Outputs()}");
            if (isLost)
            {
                lost[node] = unsent;
            }
        }

        string Outputs() => string.Join("\n---\n", receivers.Select(receiver => receiver.Output));
    }

    // So that waiting leaves the machine to those that are waited for.
    private static async Task<bool> NowAndThenAsync(Func<Task<bool>> condition)
    {
        await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, None);
        return await condition();
    }

    private static string PasswordOf(string node) => $"secret-of-{node}";

    private static async Task<ReceiverSettings[]> SettingsAsync(TemporaryDirectory folder, WatchedNodes nodes, string connection, string schema)
    {
        var settings = ReceiverSettings.Bare(folder.File("receiver"))
            .With("PublicKey:Pinned:0", TestKey.Default.PublicKeyPem)
            .WithPostgreSql(connection)
            .With("Inbox:Schema", schema)
            .With("NodeWatch:Interval", "00:00:10")
            .With("Handlers:unlock:Type", "Unlock")
            .With("Handlers:unlock:AtMost", $"{AtMost}")
            .With("Handlers:unlock:Within", Within.ToString("c", CultureInfo.InvariantCulture))
            .WithVariable("Logging__LogLevel__ThunderStack", "Debug");
        foreach (var (index, (node, _)) in Nodes.Index())
        {
            var file = folder.File($"password-{node}");
            await File.WriteAllTextAsync(file, node == "wrong" ? "not-the-password" : PasswordOf(node), None);
            settings = settings.With($"Nodes:{index}:NodeId", node)
                .With($"Nodes:{index}:Api:Url", nodes.AddressOf(node))
                .With($"Nodes:{index}:Unlock:PasswordFile", file);
        }

        return [settings, settings];
    }

    /// <summary>As an operator does who has repaired something.</summary>
    private static async Task ReplayAsync(string connection, string schema)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ThunderStack:Inbox:ConnectionString"] = connection,
            ["ThunderStack:Inbox:Schema"] = schema,
        }).Build();
        await using var services = new ServiceCollection().AddThunderStackWebhooksCore(configuration).UsePostgreSqlInbox().Services.BuildServiceProvider();
        var inbox = services.GetRequiredService<PostgreSqlInbox>();
        await inbox.OpenAsync(None);
        await inbox.ReplayAsync(new DeliveryFilter { Handler = "unlock", DeadLettersOnly = false }, None);
    }

    private static int MostWithin(IEnumerable<SentUnlock> unlocks)
    {
        var all = unlocks.Select(unlock => unlock.At).ToList();
        return all.Max(first => all.Count(at => at >= first && TimeProvider.System.GetElapsedTime(first, at) < Within - OnTheWay));
    }

    private static Task<string> RowsAsync(string connection, string schema) => TestPostgreSql.QueryAsync<string>(
        connection,
        $"""
        SELECT string_agg(line, E'\n') FROM (
            SELECT 'action ' || node_id || ' ' || number || ' ' || to_timestamp(started_at / 1000) || ' ' || coalesce(outcome::text, '-') AS line FROM {schema}.actions
            UNION ALL SELECT 'condition ' || subject || ' ' || kind || ' ' || to_timestamp(since / 1000) FROM {schema}.conditions WHERE closed_at IS NULL
            UNION ALL SELECT 'delivery ' || n.node_id || ' ' || e.type || ' ' || to_timestamp(e.received_at / 1000) || ' ' || d::text
                FROM {schema}.deliveries d JOIN {schema}.events e USING (seq) JOIN {schema}.nodes n ON n.node = e.node
            UNION ALL SELECT 'lane ' || l::text FROM {schema}.lanes l) lines
        """);

    private static Task<long> CountAsync(string connection, string from) => TestPostgreSql.QueryAsync<long>(connection, $"SELECT count(*) FROM {from}");
}
