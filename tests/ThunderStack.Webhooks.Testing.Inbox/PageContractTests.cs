using FluentAssertions;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Inbox;
using Xunit;

namespace ThunderStack.Webhooks.Testing.Inbox;

/// <summary>Lists page by page, while events arrive.</summary>
public abstract class PageContractTests : InboxContractTests
{
    [Fact]
    public async Task Pages_miss_nothing_and_double_nothing_while_events_arrive()
    {
        var entries = TestEntry.CreateMany(25);
        await StoreAsync(entries);

        var found = await ReadPagesAsync(new EventFilter { Limit = 4 }, between: () => StoreAsync(TestEntry.Create("later")));

        IdsOf(found).Should().Equal(entries.Reverse().Select(entry => entry.Id));
    }

    [Fact]
    public async Task Page_ends_without_a_next_one_when_nothing_is_left()
    {
        await StoreAsync(TestEntry.CreateMany(3));

        (await Administration.PageAsync(new EventFilter { Limit = 3 }, cursor: null, Token)).Next.Should().BeNull();
        (await Administration.PageAsync(new EventFilter { Limit = 2 }, cursor: null, Token)).Next.Should().NotBeNull();
        (await Administration.PageAsync(new EventFilter { NodeId = new NodeId("nobody") }, cursor: null, Token))
            .Should().BeEquivalentTo(new InboxPage<InboxEntry>([], null));
    }

    [Fact]
    public async Task Page_of_an_empty_store_is_empty()
    {
        (await Administration.PageAsync(new EventFilter(), cursor: null, Token)).Should().BeEquivalentTo(new InboxPage<InboxEntry>([], null));
        (await Administration.PageDeliveriesAsync(new DeliveryFilter(), 10, cursor: null, Token)).Should().BeEquivalentTo(new InboxPage<DeliveryRecord>([], null));
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("0123456789abcdef-5-0")]
    public async Task Cursor_of_another_database_is_refused(string cursor)
    {
        await StoreAsync(TestEntry.CreateMany(3));

        await FluentActions.Awaiting(() => Administration.PageAsync(new EventFilter(), cursor, Token)).Should().ThrowAsync<InvalidCursorException>();
        await FluentActions.Awaiting(() => Administration.PageDeliveriesAsync(new DeliveryFilter(), 1, cursor, Token)).Should().ThrowAsync<InvalidCursorException>();
    }

    [Fact]
    public async Task Cursor_stays_good_after_a_restart()
    {
        await StoreAsync(TestEntry.CreateMany(5));
        var name = await Administration.IdentifyAsync(Token);
        var first = await Administration.PageAsync(new EventFilter { Limit = 3 }, cursor: null, Token);

        await RestartAsync();

        (await Administration.IdentifyAsync(Token)).Should().Be(name);
        (await Administration.PageAsync(new EventFilter { Limit = 3 }, first.Next, Token)).Items.Should().HaveCount(2);
    }

    [Fact]
    public async Task Every_condition_of_a_filter_must_hold()
    {
        var failed = TestEntry.Create("node-a", "FAILED");
        var repeated = TestEntry.Create("node-a", "FAILED");
        var running = TestEntry.Create("node-b", "RUNNING");
        var reconciled = TestEntry.CreateReconciled("node-c", "FAILED");
        await StoreAsync(failed, repeated, running);
        await Inbox.AppendAsync(reconciled, key: null, Token);

        await ShouldFindAsync(new EventFilter { Status = NodeStatus.Failed }, reconciled, repeated, failed);
        await ShouldFindAsync(new EventFilter { Status = NodeStatus.Failed, Source = EventSource.Webhook }, repeated, failed);
        await ShouldFindAsync(new EventFilter { NodeId = new NodeId("node-a"), OnlyChanges = true }, failed);
        await ShouldFindAsync(new EventFilter { Text = running.Id.ToString()[^10..].ToUpperInvariant() }, running);
        await ShouldFindAsync(new EventFilter { Text = "DE-b" }, running);
        await ShouldFindAsync(new EventFilter { Text = "my first node", TextNodes = [new NodeId("node-c")] }, reconciled);
        await ShouldFindAsync(new EventFilter { Text = "node_" });
        await ShouldFindAsync(new EventFilter { Text = "%" });
    }

    [Fact]
    public async Task Events_are_found_by_how_their_deliveries_stand()
    {
        await RegisterAsync(Handler, OtherHandler);
        var dead = TestEntry.Create("node-a");
        var done = TestEntry.Create("node-b");
        await StoreAsync(dead, done);
        await BuryAsync(await ClaimAsync());
        await SucceedAsync(await ClaimAsync());

        await ShouldFindAsync(new EventFilter { State = DeliveryState.DeadLettered }, dead);
        await ShouldFindAsync(new EventFilter { State = DeliveryState.Succeeded, Handler = Handler }, done);
        await ShouldFindAsync(new EventFilter { State = DeliveryState.Succeeded, Handler = OtherHandler });
        await ShouldFindAsync(new EventFilter { State = DeliveryState.Pending, Handler = OtherHandler }, done, dead);
        await ShouldFindAsync(new EventFilter { State = DeliveryState.Pending, Handler = Handler });
    }

    [Fact]
    public async Task Events_are_found_by_when_they_were_received()
    {
        var entries = Enumerable.Range(0, 60).Select(i => TestEntry.Create($"node-{i % 3}", receivedAt: TestEntry.Noon.AddHours(i))).ToArray();
        await StoreAsync(entries);
        var filter = new EventFilter { From = TestEntry.Noon.AddHours(20), To = TestEntry.Noon.AddHours(23), Limit = 2 };

        IdsOf(await ReadPagesAsync(filter)).Should().Equal(entries[22].Id, entries[21].Id, entries[20].Id);
        IdsOf(await ReadPagesAsync(filter with { NodeId = new NodeId("node-0") })).Should().Equal(entries[21].Id);
    }

    [Fact]
    public async Task Deliveries_are_listed_with_those_that_nobody_has_begun()
    {
        await RegisterAsync(Handler, OtherHandler);
        var entries = TestEntry.CreateMany(4, node: "node-a");
        await StoreAsync(entries);
        await SucceedAsync(await ClaimAsync());
        await BuryAsync(await ClaimAsync(OtherHandler));

        var all = await ReadDeliveriesAsync(new DeliveryFilter { DeadLettersOnly = false });
        var waiting = await ReadDeliveriesAsync(new DeliveryFilter { State = DeliveryState.Pending, Handler = Handler });
        var dead = await ReadDeliveriesAsync(new DeliveryFilter());

        all.Should().HaveCount(8).And.OnlyHaveUniqueItems(delivery => $"{delivery.EventId} {delivery.Handler}");
        all.Select(delivery => delivery.EventId).Should().Equal(entries.Reverse().SelectMany(entry => new[] { entry.Id, entry.Id }));
        waiting.Select(delivery => delivery.EventId).Should().Equal(entries[3].Id, entries[2].Id, entries[1].Id);
        waiting.Should().OnlyContain(delivery => delivery.Attempts == 0 && delivery.NodeId == new NodeId("node-a"));
        dead.Should().ContainSingle().Which.Should().Match<DeliveryRecord>(delivery => delivery.EventId == entries[0].Id && delivery.Handler == OtherHandler);
    }

    [Fact]
    public async Task Dead_letters_are_paged_through_whole()
    {
        await RegisterAsync(Handler, OtherHandler);
        var entries = TestEntry.CreateMany(6);
        await StoreAsync(entries);
        for (var i = 0; i < entries.Length; i++)
        {
            await BuryAsync(await ClaimAsync(Handler));
            await BuryAsync(await ClaimAsync(OtherHandler));
        }

        var dead = await ReadDeliveriesAsync(new DeliveryFilter());
        var ofOne = await ReadDeliveriesAsync(new DeliveryFilter { EventId = entries[2].Id });

        dead.Should().HaveCount(12).And.OnlyHaveUniqueItems(delivery => $"{delivery.EventId} {delivery.Handler}");
        ofOne.Select(delivery => delivery.Handler).Should().BeEquivalentTo(Handler, OtherHandler);
    }

    [Fact]
    public async Task Page_that_ended_in_an_event_that_is_gone_since_goes_on_with_the_next_one_whole()
    {
        await RegisterAsync(Handler, OtherHandler);
        var dead = TestEntry.Create();
        var removed = TestEntry.Create();
        await StoreAsync(dead, removed, TestEntry.Create(receivedAt: TestEntry.Noon.AddDays(60)));
        await BuryAsync(await ClaimAsync(Handler));
        await BuryAsync(await ClaimAsync(OtherHandler));
        for (var i = 0; i < 2; i++)
        {
            await SucceedAsync(await ClaimAsync(Handler));
            await SucceedAsync(await ClaimAsync(OtherHandler));
        }

        var all = new DeliveryFilter { DeadLettersOnly = false };
        var first = await Administration.PageDeliveriesAsync(all, 3, cursor: null, Token);
        first.Items[^1].EventId.Should().Be(removed.Id);
        await Administration.ApplyRetentionAsync(TestEntry.Noon.AddDays(30), Token);

        var second = await Administration.PageDeliveriesAsync(all, 3, first.Next, Token);

        (await Administration.FindAsync(removed.Id, Token)).Should().BeNull();
        second.Items.Select(delivery => (delivery.EventId, delivery.Handler)).Should().BeEquivalentTo([(dead.Id, Handler), (dead.Id, OtherHandler)]);
    }

    private async Task ShouldFindAsync(EventFilter filter, params InboxEntry[] expected)
    {
        IdsOf(await ReadPagesAsync(filter with { Limit = 2 })).Should().Equal(expected.Select(entry => entry.Id), filter.ToString());
        IdsOf(await Administration.ListAsync(filter, Token)).Should().Equal(expected.Select(entry => entry.Id), filter.ToString());
    }

    private async Task<List<InboxEntry>> ReadPagesAsync(EventFilter filter, Func<Task>? between = null)
    {
        var found = new List<InboxEntry>();
        string? cursor = null;
        do
        {
            var page = await Administration.PageAsync(filter, cursor, Token);
            page.Items.Count.Should().BeLessThanOrEqualTo(filter.Limit);
            found.AddRange(page.Items);
            cursor = page.Next;
            await (between?.Invoke() ?? Task.CompletedTask);
        }
        while (cursor is not null);

        return found;
    }

    private async Task<List<DeliveryRecord>> ReadDeliveriesAsync(DeliveryFilter filter)
    {
        var found = new List<DeliveryRecord>();
        string? cursor = null;
        do
        {
            var page = await Administration.PageDeliveriesAsync(filter, 3, cursor, Token);
            page.Items.Count.Should().BeLessThanOrEqualTo(3);
            found.AddRange(page.Items);
            cursor = page.Next;
        }
        while (cursor is not null);

        return found;
    }
}
