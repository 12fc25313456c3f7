using System.Collections.Concurrent;
using Npgsql;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.PostgreSql.Replicas;
using ThunderStack.Webhooks.Stores;
using ThunderStack.Webhooks.Testing;
using ThunderStack.Webhooks.Testing.Inbox;

namespace ThunderStack.Webhooks.PostgreSql.Tests;

/// <summary>What replicas tell each other for those who look on.</summary>
public sealed class HintTests
{
    private const string Handler = "first handler";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_another_replica_commits_is_told_once_while_somebody_looks_on()
    {
        await using var store = await TestPostgreSqlInbox.OpenAsync();
        await using var other = await store.OpenReplicaAsync();
        var heard = new ConcurrentQueue<InboxHint>();
        ((IInboxFeed)store.Inbox).Committed += heard.Enqueue;
        await other.Inbox.RegisterHandlersAsync([Handler], DeliveryOrdering.PerNode, Token);

        // Until the other one has learned that somebody looks on.
        var entries = new List<InboxEntry>();
        await Eventually.TrueAsync(async () =>
        {
            entries.Add(TestEntry.Create($"early-{entries.Count}"));
            await other.Inbox.AppendAsync(entries[^1], TestEntry.Key, Token);
            return heard.OfType<InboxHint.Stored>().Any();
        });
        var entry = TestEntry.Create("node-late");
        await other.Inbox.AppendAsync(entry, TestEntry.Key, Token);
        await BuryAsync(other);
        await other.Administration.ReplayAsync(new DeliveryFilter { Handler = Handler }, Token);
        await BuryAsync(other);
        await other.Administration.DiscardAsync(new DeliveryFilter(), Token);
        await other.Administration.PauseAsync(Handler, "ops ünd\nmore", Token);
        await other.Administration.ResumeAsync(Handler, Token);
        await Eventually.TrueAsync(() => Task.FromResult(heard.OfType<InboxHint.Paused>().Count() == 2));

        heard.OfType<InboxHint.Stored>().Count(hint => hint.Entry.Id == entry.Id).Should().Be(1);
        heard.OfType<InboxHint.Stored>().Single(hint => hint.Entry.Id == entry.Id).Entry.NodeId.Should().Be(entry.NodeId);
        heard.OfType<InboxHint.Settled>().Should().NotBeEmpty().And.OnlyContain(hint => hint.Delivery.Handler == Handler);
        heard.OfType<InboxHint.Replayed>().Should().ContainSingle().Which.Should().Match<InboxHint.Replayed>(hint => hint.Count == 1 && hint.Filter.Handler == Handler);
        heard.OfType<InboxHint.Discarded>().Should().ContainSingle().Which.Should().Match<InboxHint.Discarded>(hint => hint.Count == 1 && hint.Filter.Handler == null);
        heard.OfType<InboxHint.Paused>().Select(hint => hint.By).Should().Equal("ops ünd\nmore", null);
    }

    [Fact]
    public async Task While_nobody_looks_on_nothing_is_said()
    {
        await using var store = await TestPostgreSqlInbox.OpenAsync();
        await using var other = await store.OpenReplicaAsync();
        var said = new ConcurrentQueue<string>();
        await using var connection = new NpgsqlConnection(store.ConnectionString);
        await connection.OpenAsync(Token);
        connection.Notification += (_, message) => said.Enqueue(message.Payload.Split(':', 2)[1]);
        await using (var listen = new NpgsqlCommand($"LISTEN \"thunderstack_{store.Schema}\"", connection))
        {
            await listen.ExecuteNonQueryAsync(Token);
        }

        // Heard by the other one, and so by this connection as well.
        await store.Administration.PauseAsync("nobody", "ops", Token);
        for (var i = 0; i < 20; i++)
        {
            await store.Inbox.AppendAsync(TestEntry.Create($"node-{i}"), TestEntry.Key, Token);
        }

        await store.Administration.PauseAsync("nobody", "ops", Token);
        while (said.Count(payload => payload == "*") < 2)
        {
            await connection.WaitAsync(Token);
        }

        said.Should().NotContain(payload => payload.StartsWith(WakeUps.HintsPlease) || payload.StartsWith(WakeUps.Hints));
    }

    [Fact]
    public void What_is_too_long_to_be_said_is_said_to_be_lost()
    {
        var few = Enumerable.Range(0, 100).Select(i => (InboxHint)new InboxHint.Stored(TestEntry.Create($"node-{i}"))).ToList();
        var many = Enumerable.Repeat(few, 20).SelectMany(hints => hints).ToList();

        HintText.Write(few).Should().OnlyContain(text => text.Length < 7_950).And.HaveCountGreaterThan(0);
        HintText.Read(HintText.Write(few)).Should().Equal(few.Select(hint => new HintText.OfEvent(((InboxHint.Stored)hint).Entry.Id)));
        HintText.Read(HintText.Write(many)).Should().Equal(new HintText.OfLost());
        HintText.Read(HintText.Write([new InboxHint.Paused(new string('h', 9_000), null)])).Should().Equal(new HintText.OfLost());
        HintText.Read(["", "later version", "event nonsense", "replay x y z"]).Should().BeEmpty();
    }

    private static async Task BuryAsync(TestPostgreSqlInbox store)
    {
        var delivery = (await store.Inbox.ClaimAsync(Handler, 1, Token)).Single();
        await store.Inbox.SettleAsync(delivery, new Settlement(DeliveryOutcome.DeadLettered, TestEntry.Noon, Error: "it failed"), Token);
    }
}
