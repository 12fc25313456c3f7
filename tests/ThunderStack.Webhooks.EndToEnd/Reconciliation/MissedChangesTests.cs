using Microsoft.Data.Sqlite;
using ThunderStack.Webhooks.EndToEnd.Processes;
using ThunderStack.Webhooks.Testing;

namespace ThunderStack.Webhooks.EndToEnd.Reconciliation;

/// <summary>What the cloud did while no receiver was there is made good, once, however often the receiver is killed over it.</summary>
[Collection("Waiting")]
public sealed class MissedChangesTests
{
    private const int Nodes = 50;
    private const int Changes = 1_000;

    // From before it listens to well after its first comparison.
    private const int LongestLife = 1_500;

    private static readonly string[] Statuses = ["RUNNING", "STARTING", "PAUSED", "FAILED", "IN_PROGRESS"];
    private static readonly TimeSpan CatchUpTime = TimeSpan.FromSeconds(120);

    [Fact]
    public async Task Each_change_that_was_missed_is_stored_once_and_every_node_is_what_the_cloud_says()
    {
        var random = Campaign.CreateRandom();
        using var folder = new TemporaryDirectory();
        var nodes = Enumerable.Range(1, Nodes).Select(number => $"node-{number}").ToList();
        await using var cloud = await EmulatorProcess.StartAsync(nodes, Directory.CreateDirectory(folder.File("cloud")).FullName);
        var settings = Configure(folder.File("data"), nodes, cloud, await cloud.PublicKeyAsync());

        await HearOfEachAsync(settings, cloud, nodes);
        for (var change = 0; change < Changes; change++)
        {
            await cloud.ChangeSilentlyAsync(nodes[random.Next(Nodes)], Statuses[random.Next(Statuses.Length)]);
        }

        var truth = await cloud.StatusesAsync();
        var missed = truth.Where(node => node.Value != "RUNNING").Select(node => node.Key).Order(StringComparer.Ordinal).ToList();
        for (var kill = 0; kill < Campaign.ReconciliationKills; kill++)
        {
            await LiveAndCrashAsync(settings, random);
        }

        await using var last = await ReceiverProcess.StartAsync(settings);
        await Wait.UntilAsync(
            () => ReadStates(settings.Database).All(node => truth[node.Key] == node.Value),
            CatchUpTime,
            () => $"every node is what the cloud says. It wrote:\n{last.Output}");
        await last.KillAsync();

        var reconciled = ReadReconciled(settings.Database);
        Campaign.Tell($"{Changes} changes of {Nodes} nodes, {Campaign.ReconciliationKills} kills: {missed.Count} missed, {reconciled.Count} reconciled.");
        missed.Should().NotBeEmpty();
        reconciled.Order(StringComparer.Ordinal).Should().Equal(missed);
    }

    private static ReceiverSettings Configure(string data, IReadOnlyList<string> nodes, EmulatorProcess cloud, string publicKey) => nodes.Index()
        .Aggregate(ReceiverSettings.Bare(data), (settings, node) => settings.With($"Nodes:{node.Index}:NodeId", node.Item))
        .With("PublicKey:Pinned:0", publicKey)
        .With("Inbox:ConnectionString", $"Data Source={Path.Combine(data, "inbox.db")}")
        .With("Cloud:BaseAddress", cloud.Address.ToString())
        .With("Cloud:ApiToken", "a-token")
        .With("Reconciliation:Interval", "00:00:10")
        .With("Reconciliation:SettlingTime", "00:00:00");

    private static async Task HearOfEachAsync(ReceiverSettings settings, EmulatorProcess cloud, IReadOnlyList<string> nodes)
    {
        // Without a token: what these nodes are is to be heard from their webhooks.
        await using var receiver = await ReceiverProcess.StartAsync(settings.With("Cloud:ApiToken", ""));
        foreach (var node in nodes)
        {
            (await cloud.SendAsync(node, "RUNNING", receiver.WebhookUrl)).Should().Be(200);
        }

        await receiver.KillAsync();
    }

    private static async Task LiveAndCrashAsync(ReceiverSettings settings, Random random)
    {
        await using var receiver = ReceiverProcess.Launch(settings);
        await Task.Delay(
            TimeSpan.FromMilliseconds(random.Next(LongestLife)), TimeProvider.System, TestContext.Current.CancellationToken);
        await receiver.KillAsync();
    }

    private static Dictionary<string, string> ReadStates(string database) =>
        Read(database, "SELECT node_id, status FROM node_states").ToDictionary(row => row[0], row => row[1]);

    /// <summary>The node of every reconciled event there is.</summary>
    private static List<string> ReadReconciled(string database) =>
        [.. Read(database, "SELECT node_id FROM events WHERE source = 1").Select(row => row[0])];

    private static List<string[]> Read(string database, string sql)
    {
        using var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder { DataSource = database, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString());
        connection.Open();
        using var select = connection.CreateCommand();
        select.CommandText = sql;
        using var reader = select.ExecuteReader();
        var rows = new List<string[]>();
        while (reader.Read())
        {
            rows.Add([.. Enumerable.Range(0, reader.FieldCount).Select(reader.GetString)]);
        }

        return rows;
    }
}
