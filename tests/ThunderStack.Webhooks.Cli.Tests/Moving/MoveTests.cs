using System.Security.Cryptography;
using ThunderStack.Webhooks.Cli.Tests.Running;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.PostgreSql.Reading;
using ThunderStack.Webhooks.Sqlite.Reading;
using ThunderStack.Webhooks.Testing.Inbox;

namespace ThunderStack.Webhooks.Cli.Tests.Moving;

public sealed class MoveTests
{
    private static readonly EventFilter Everything = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Everything_that_was_stored_is_there_as_it_was_and_the_file_is_untouched()
    {
        await using var move = await MoveFixture.CreateAsync();
        await BusyInbox.FillAsync(move.File, events: 2_500, seed: 1);
        var before = SHA256.HashData(await File.ReadAllBytesAsync(move.File.Path, Token));

        var run = (await move.MoveAsync()).ShouldEnd(Expected.Ok);

        run.Json.GetProperty("differences").GetArrayLength().Should().Be(0);
        SHA256.HashData(await File.ReadAllBytesAsync(move.File.Path, Token)).Should().Equal(before);
        await using var here = SqliteInboxReader.Open($"Data Source={move.File.Path}");
        await using var there = await PostgreSqlInboxReader.OpenAsync(move.ConnectionString, move.Schema, Token);
        var events = await here.ReadAllAsync(Everything, Token).ToListAsync(Token);
        run.Json.GetProperty("events").GetInt64().Should().Be(events.Count);
        run.Json.GetProperty("ids").GetInt64().Should().Be(2_520).And.BeGreaterThan(events.Count);
        (await there.ReadAllAsync(Everything, Token).ToListAsync(Token)).Select(Describe).Should().Equal(events.Select(Describe));
        (await there.ListDeadLettersAsync(10_000, Token)).Should().BeEquivalentTo(await here.ListDeadLettersAsync(10_000, Token))
            .And.NotBeEmpty();
        (await there.ListKeysAsync(Token)).Keys.Should().BeEquivalentTo((await here.ListKeysAsync(Token)).Keys);
        (await there.ListHandlersAsync(Token)).Should().BeEquivalentTo(await here.ListHandlersAsync(Token));
    }

    [Fact]
    public async Task A_receiver_goes_on_exactly_where_the_other_stopped()
    {
        await using var move = await MoveFixture.CreateAsync();
        await BusyInbox.FillAsync(move.File, events: 1_500, seed: 2);
        var handlers = (await move.MoveAsync()).ShouldEnd(Expected.Ok).Json.GetProperty("handlers");

        await using var there = await move.OpenAsync();
        var nodes = await there.ListNodeStatesAsync(Token);
        var keys = await there.LoadAsync(BusyInbox.KeySource, Token);
        var handed = await MoveFixture.DrainAsync(there, handlers);

        await using var here = await move.File.OpenAsync();
        nodes.Should().BeEquivalentTo(await here.ListNodeStatesAsync(Token)).And.NotBeEmpty();
        keys.Should().HaveCount(2);
        keys.Select(key => (key.ConfirmedAt, key.RetiredAt)).Should().Equal(
            (await here.LoadAsync(BusyInbox.KeySource, Token)).Select(key => (key.ConfirmedAt, key.RetiredAt)));
        handed.Should().BeEquivalentTo(await MoveFixture.DrainAsync(here, handlers), options => options.WithStrictOrderingFor(lane => lane.Value));

        // Nothing is left but what comes now, and what died can be replayed.
        var next = TestEntry.Create("node-new");
        await there.AppendAsync(next, TestEntry.Key, Token);
        (await there.ClaimAsync("ops", 100, Token)).Single().Entry.Id.Should().Be(next.Id);
        var dead = await there.ListDeadLettersAsync(10_000, Token);
        (await there.ReplayAsync(new DeliveryFilter(), Token)).Should().Be(dead.Count);
    }

    [Fact]
    public async Task An_event_that_is_sent_again_is_a_duplicate_also_when_retention_has_left_only_its_id()
    {
        await using var move = await MoveFixture.CreateAsync();
        var old = TestEntry.CreateMany(3);
        await using (var inbox = await move.File.OpenAsync())
        {
            foreach (var entry in old)
            {
                await inbox.AppendAsync(entry, TestEntry.Key, Token);
            }

            await inbox.ApplyRetentionAsync(TestEntry.Noon.AddDays(1), Token);
        }

        var run = (await move.MoveAsync()).ShouldEnd(Expected.Ok);

        run.Json.GetProperty("ids").GetInt64().Should().Be(3);
        run.Json.GetProperty("events").GetInt64().Should().Be(1, "the last event stays");
        await using var there = await move.OpenAsync();
        foreach (var entry in old)
        {
            (await there.AppendAsync(entry, TestEntry.Key, Token)).Outcome.Should().Be(AppendOutcome.Duplicate);
        }
    }

    [Fact]
    public async Task An_empty_inbox_is_moved_and_moving_again_does_nothing()
    {
        await using var move = await MoveFixture.CreateAsync();
        await using (await move.File.OpenAsync())
        {
            // Made, and closed.
        }

        (await move.MoveAsync()).ShouldEnd(Expected.Ok).Json.GetProperty("ids").GetInt64().Should().Be(0);
        (await move.MoveAsync()).ShouldEnd(Expected.Ok).Json.GetProperty("alreadyMovedAt").GetString().Should().NotBeNull();
        await using var there = await move.OpenAsync();
        (await there.AppendAsync(TestEntry.Create(), TestEntry.Key, Token)).Outcome.Should().Be(AppendOutcome.Stored);
    }

    [Fact]
    public async Task A_handler_that_only_the_destination_knows_gets_nothing_old()
    {
        await using var move = await MoveFixture.CreateAsync();
        await move.File.StoreAsync(Testing.SignedDelivery.Valid());
        await using (var before = await move.OpenAsync())
        {
            await before.RegisterHandlersAsync(["new"], DeliveryOrdering.PerNode, Token);
        }

        (await move.MoveAsync()).ShouldEnd(Expected.Ok);

        await using var there = await move.OpenAsync();
        await there.RegisterHandlersAsync(["new"], DeliveryOrdering.PerNode, Token);
        var next = TestEntry.Create();
        await there.AppendAsync(next, TestEntry.Key, Token);
        (await there.ClaimAsync("new", 10, Token)).Single().Entry.Id.Should().Be(next.Id);
    }

    private static string Describe(InboxEntry entry) => string.Join(
        '|',
        entry.Id,
        entry.NodeId.Value,
        entry.Source,
        entry.EventType,
        entry.Status?.Value,
        entry.TimestampText,
        entry.Timestamp?.UtcTicks,
        entry.ReceivedAt.UtcTicks,
        entry.Key?.Value,
        Convert.ToHexString(entry.Signature.Span),
        Convert.ToHexString(entry.Body.Span));
}
