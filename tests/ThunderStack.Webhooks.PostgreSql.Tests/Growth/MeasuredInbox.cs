using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Npgsql;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.PostgreSql.Dispatch;
using ThunderStack.Webhooks.PostgreSql.Storage;
using ThunderStack.Webhooks.Testing.Inbox;

namespace ThunderStack.Webhooks.PostgreSql.Tests.Growth;

/// <summary>An inbox whose appends and claims are timed. It dispatches nothing itself.</summary>
internal sealed class MeasuredInbox : IAsyncDisposable
{
    private const int Senders = 16;
    private const int AppendsOfSender = 50;
    private const int Claims = 5;
    private const string Handler = "only";

    private static readonly byte[] Signature = RandomNumberGenerator.GetBytes(256);

    private readonly TestPostgreSqlInbox _store;
    private readonly NpgsqlDataSource _source;
    private readonly ClaimStatement _claim;
    private int _made;

    private MeasuredInbox(TestPostgreSqlInbox store)
    {
        _store = store;
        _source = ConnectionSettings.CreateSource(store.ConnectionString, TimeSpan.FromSeconds(3), isPooled: false);
        _claim = new ClaimStatement(
            new SchemaName(store.Schema), new TransactionSettings(TimeSpan.FromSeconds(30), allowDataLoss: false), DeliveryOrdering.PerNode, TimeSpan.FromSeconds(43));
    }

    public Timings Appends { get; } = new();

    /// <summary>To claim the lanes of all nodes, each with its next delivery.</summary>
    public Timings Looks { get; } = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Opens one with a past of this length.</summary>
    /// <param name="events">How many events it has had.</param>
    /// <param name="schema">A schema that stays, and is filled if it is not there yet; by default one for this test.</param>
    public static async Task<MeasuredInbox> OpenAsync(int events, string? schema = null)
    {
        var inbox = new MeasuredInbox(await TestPostgreSqlInbox.OpenAsync(schema: schema));
        if (await inbox.QueryAsync("SELECT count(*) FROM {0}.nodes") == 0)
        {
            await Past.WriteAsync(inbox._source, inbox._store.Schema, events, Token);
            await inbox.ExecuteAsync("VACUUM (ANALYZE) {0}.events, {0}.event_ids, {0}.deliveries, {0}.nodes, {0}.lanes");
        }

        inbox._made = (int)await inbox.QueryAsync("SELECT max(last_turn) FROM {0}.nodes");
        return inbox;
    }

    /// <summary>Several senders at once, each with one event after another.</summary>
    public async Task MeasureAppendsAsync()
    {
        var entries = Enumerable.Range(0, Senders).Select(_ => Enumerable.Range(0, AppendsOfSender).Select(_ => Create()).ToArray()).ToArray();
        var timings = await Task.WhenAll(entries.Select(SendAsync));
        Appends.AddRound(timings.SelectMany(timing => timing));
    }

    /// <summary>Claims all lanes, several times, and then settles what is in them.</summary>
    public async Task MeasureClaimsAsync()
    {
        await using var connection = await _source.OpenConnectionAsync(Token);
        var timings = new List<TimeSpan>(Claims);
        for (var i = 0; i < Claims; i++)
        {
            var started = Stopwatch.GetTimestamp();
            var request = new ClaimRequest(DeliveryOrdering.PerNode, new WantedLanes(null, 0, 256), [], []);
            var claimed = await _claim.ExecuteAsync(connection, new PendingClaim(new HandlerLanes(Handler), request, Guid.NewGuid(), []), Token);
            timings.Add(Stopwatch.GetElapsedTime(started));

            claimed.Count(lane => lane.Next is not null).Should().Be(Past.Nodes);
            await ExecuteAsync("UPDATE {0}.lanes SET token = NULL");
        }

        Looks.AddRound(timings);
        await ExecuteAsync(
            """
            INSERT INTO {0}.deliveries(handler, seq, node, turn, state, attempts, at)
                SELECT 1, e.seq, e.node, e.seq, 2, 1, e.received_at FROM {0}.lanes l JOIN {0}.events e ON e.node = l.node AND e.seq > l.done_through;
            UPDATE {0}.lanes l SET done_through = n.last_turn FROM {0}.nodes n WHERE n.node = l.node;
            """);
    }

    public async ValueTask DisposeAsync()
    {
        await _source.DisposeAsync();
        await _store.DisposeAsync();
    }

    private async Task<List<TimeSpan>> SendAsync(InboxEntry[] entries)
    {
        var timings = new List<TimeSpan>(entries.Length);
        foreach (var entry in entries)
        {
            var started = Stopwatch.GetTimestamp();
            var result = await _store.Inbox.AppendAsync(entry, TestEntry.Key, Token);
            timings.Add(Stopwatch.GetElapsedTime(started));
            result.Outcome.Should().Be(AppendOutcome.Stored);
        }

        return timings;
    }

    private InboxEntry Create()
    {
        var number = ++_made;
        var body = Encoding.UTF8.GetBytes($$"""{"number":{{number}},"run":"{{Guid.NewGuid()}}","data":"{{new string('x', 330)}}"}""");
        return TestEntry.Create(
            $"node-{1 + number % Past.Nodes}", timestamp: TestEntry.Noon.AddMilliseconds(number), body: body, signature: Signature);
    }

    private async Task<long> QueryAsync(string sql)
    {
        await using var command = _source.CreateCommand(sql.Replace("{0}", _store.Schema, StringComparison.Ordinal));
        return (long)(await command.ExecuteScalarAsync(Token))!;
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var command = _source.CreateCommand(sql.Replace("{0}", _store.Schema, StringComparison.Ordinal));
        command.CommandTimeout = 0;
        await command.ExecuteNonQueryAsync(Token);
    }
}
