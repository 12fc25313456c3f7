using FluentAssertions;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Inbox;
using Xunit;

namespace ThunderStack.Webhooks.Testing.Inbox;

/// <summary>What an operator can see.</summary>
public abstract class QueryContractTests : InboxContractTests
{
    [Fact]
    public async Task Find_UnknownEvent_IsNull()
    {
        (await Administration.FindAsync(TestEntry.Create().Id, Token)).Should().BeNull();
    }

    [Fact]
    public async Task List_IsNewestFirstUpToTheLimit()
    {
        var entries = TestEntry.CreateMany(5);
        await StoreAsync(entries);

        var newest = await Administration.ListAsync(new EventFilter { Limit = 3 }, Token);

        IdsOf(newest).Should().Equal(entries[4].Id, entries[3].Id, entries[2].Id);
        (await Administration.ListAsync(new EventFilter { Limit = 0 }, Token)).Should().BeEmpty();
    }

    [Fact]
    public async Task List_EveryCondition_MustHold()
    {
        var wanted = TestEntry.Create("node-a", receivedAt: TestEntry.Noon.AddHours(1));
        await StoreAsync(
            TestEntry.Create("node-a", receivedAt: TestEntry.Noon),
            wanted,
            TestEntry.Create("node-b", receivedAt: TestEntry.Noon.AddHours(1)),
            TestEntry.Create("node-a", status: null, receivedAt: TestEntry.Noon.AddHours(1)),
            TestEntry.Create("node-a", receivedAt: TestEntry.Noon.AddHours(2)));

        var found = await Administration.ListAsync(
            new EventFilter
            {
                NodeId = new NodeId("node-a"),
                EventType = NodeStatusUpdated.TypeName,
                From = TestEntry.Noon.AddHours(1),
                To = TestEntry.Noon.AddHours(2),
            },
            Token);

        IdsOf(found).Should().Equal(wanted.Id);
    }

    [Fact]
    public async Task List_BeforeAnEvent_GoesByTheOrderOfStorageAndNotByClocks()
    {
        var first = TestEntry.Create("node-a", receivedAt: TestEntry.Noon.AddHours(1));
        var second = TestEntry.Create("node-a", receivedAt: TestEntry.Noon);
        var other = TestEntry.Create("node-b", receivedAt: TestEntry.Noon);
        var third = TestEntry.Create("node-a", receivedAt: TestEntry.Noon.AddMinutes(30));
        foreach (var entry in new[] { first, second, other, third })
        {
            await StoreAsync(entry);
        }

        var ofNode = await Administration.ListAsync(new EventFilter { NodeId = new NodeId("node-a"), Before = third.Id }, Token);
        var ofAll = await Administration.ListAsync(new EventFilter { Before = third.Id, Limit = 2 }, Token);

        IdsOf(ofNode).Should().Equal(second.Id, first.Id);
        IdsOf(ofAll).Should().Equal(other.Id, second.Id);
        (await Administration.ListAsync(new EventFilter { Before = TestEntry.Create().Id }, Token)).Should().BeEmpty("nothing is before what is not stored");
    }

    [Fact]
    public async Task Deliveries_AreListedOncePerHandlerThatTried()
    {
        await RegisterAsync(Handler, OtherHandler, "third");
        var entry = TestEntry.Create();
        await StoreAsync(entry);
        await SucceedAsync(await ClaimAsync());
        await RetryAsync(await ClaimAsync(OtherHandler), TimeSpan.FromSeconds(5), "try later");

        var records = await Administration.ListDeliveriesAsync(entry.Id, Token);

        // By which clock a retry is due is the store's own business.
        records.Single(record => record.Handler == OtherHandler).DueAt.Should().NotBeNull();
        records.Select(record => record with { DueAt = null }).Should().BeEquivalentTo(
        [
            new DeliveryRecord(entry.Id, Handler, DeliveryState.Succeeded, 1, Time.GetUtcNow(), null, null) { NodeId = entry.NodeId },
            new DeliveryRecord(entry.Id, OtherHandler, DeliveryState.Scheduled, 1, Time.GetUtcNow(), null, "try later") { NodeId = entry.NodeId },
        ]);
    }

    [Fact]
    public async Task Error_OfAnyLength_IsKeptInPart()
    {
        await RegisterAsync(Handler);
        await StoreAsync(TestEntry.Create());
        var error = string.Concat(Enumerable.Repeat("😀ä", 50_000));

        await BuryAsync(await ClaimAsync(), error);

        var kept = (await Administration.ListDeadLettersAsync(1, Token)).Single().Error!;
        kept.Length.Should().BeInRange(100, 10_000);
        error.StartsWith(kept, StringComparison.Ordinal).Should().BeTrue();
    }

    [Fact]
    public async Task DeadLetters_AreOldestFirstUpToTheLimit()
    {
        await RegisterAsync(Handler, OtherHandler);
        var entries = TestEntry.CreateMany(3);
        await StoreAsync(entries);
        foreach (var handler in new[] { Handler, OtherHandler, Handler, OtherHandler, Handler, OtherHandler })
        {
            await BuryAsync(await ClaimAsync(handler));
        }

        var dead = await Administration.ListDeadLettersAsync(4, Token);

        dead.Select(record => record.EventId).Should().Equal(entries[0].Id, entries[0].Id, entries[1].Id, entries[1].Id);
    }

    [Fact]
    public async Task Measures_CountDeadLettersByHandler_AndGrowWithWhatIsStored()
    {
        await RegisterAsync(Handler, OtherHandler, "idle");
        await StoreAsync(TestEntry.CreateMany(3));
        await BuryAsync(await ClaimAsync());
        await BuryAsync(await ClaimAsync());
        await BuryAsync(await ClaimAsync(OtherHandler));
        var inbox = Store.Inbox;

        var before = await inbox.MeasureAsync(Token);

        before.DeadLetters.Should().BeEquivalentTo(new Dictionary<string, long> { [Handler] = 2, [OtherHandler] = 1 });
        before.Size.Should().BePositive();
        (before.Free ?? 1).Should().BePositive();

        await Administration.ReplayAsync(new DeliveryFilter { Handler = Handler }, Token);
        await StoreManyAsync(TestEntry.CreateMany(2_000));

        var after = await inbox.MeasureAsync(Token);
        after.DeadLetters.Should().BeEquivalentTo(new Dictionary<string, long> { [OtherHandler] = 1 });
        after.Size.Should().BeGreaterThan(before.Size);
    }

    [Fact]
    public async Task Health_OfAWorkingStore_IsGood()
    {
        await StoreAsync(TestEntry.Create());

        Administration.Health.Should().Be(new InboxHealth(true, null));
    }
}
