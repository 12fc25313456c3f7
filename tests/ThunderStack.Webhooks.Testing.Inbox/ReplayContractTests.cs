using FluentAssertions;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Inbox;
using Xunit;

namespace ThunderStack.Webhooks.Testing.Inbox;

/// <summary>What an operator can do about deliveries.</summary>
public abstract class ReplayContractTests : InboxContractTests
{
    private static readonly DeliveryFilter All = new();

    [Fact]
    public async Task Replay_OneDeadLetter_HandsItOutFromTheFirstAttempt()
    {
        var entries = await StoreDeadAsync(3);

        (await Administration.ReplayAsync(new DeliveryFilter { EventId = entries[1].Id }, Token)).Should().Be(1);

        var again = await ClaimAsync();
        again.Entry.Id.Should().Be(entries[1].Id);
        again.Attempt.Should().Be(1);
        await SucceedAsync(again);
        await ShouldHaveNothingAsync();
        (await StateOfAsync(entries[1].Id)).Should().Be(DeliveryState.Succeeded);
        var dead = await Administration.ListDeadLettersAsync(10, Token);
        dead.Select(record => record.EventId).Should().Equal(entries[0].Id, entries[2].Id);
    }

    [Fact]
    public async Task Replay_AllDeadLetters_HandsThemOutInOrderOfReceipt()
    {
        var entries = await StoreDeadAsync(4);

        (await Administration.ReplayAsync(All, Token)).Should().Be(4);

        IdsOf(await HandleAsync(4)).Should().Equal(IdsOf(entries));
        (await Administration.ListDeadLettersAsync(10, Token)).Should().BeEmpty();
    }

    [Fact]
    public async Task Replay_StandsBehindWhatItsNodeHasWaiting()
    {
        var dead = await StoreDeadAsync(1);
        var waiting = TestEntry.CreateMany(2);
        await StoreAsync(waiting);

        await Administration.ReplayAsync(All, Token);

        IdsOf(await HandleAsync(3)).Should().Equal(waiting[0].Id, waiting[1].Id, dead[0].Id);
    }

    [Fact]
    public async Task Replay_Twice_LeavesAloneWhatWaits()
    {
        await StoreDeadAsync(2);
        await Administration.ReplayAsync(All, Token);

        (await Administration.ReplayAsync(All with { DeadLettersOnly = false }, Token)).Should().Be(0);

        await HandleAsync(2);
        await ShouldHaveNothingAsync();
    }

    [Fact]
    public async Task Replay_ByDefault_LeavesAloneWhatSucceeded()
    {
        await RegisterAsync(Handler);
        await StoreAsync(TestEntry.CreateMany(2));
        await HandleAsync(2);

        (await Administration.ReplayAsync(All, Token)).Should().Be(0);

        await ShouldHaveNothingAsync();
    }

    [Fact]
    public async Task Replay_NotOnlyDeadLetters_IncludesWhatSucceededOrWasDiscarded()
    {
        await RegisterAsync(Handler);
        var entries = TestEntry.CreateMany(4);
        await StoreAsync(entries);
        await HandleAsync(1);
        await BuryAsync(await ClaimAsync());
        await Administration.DiscardAsync(All, Token);
        await BuryAsync(await ClaimAsync());
        var running = await ClaimAsync();

        (await Administration.ReplayAsync(All with { DeadLettersOnly = false }, Token)).Should().Be(3);

        await SucceedAsync(running);
        IdsOf(await HandleAsync(3)).Should().Equal(IdsOf(entries[..3]));
    }

    [Fact]
    public async Task Replay_WaitingForARetry_IsLeftAlone()
    {
        await RegisterAsync(Handler);
        await StoreAsync(TestEntry.Create());
        await RetryAsync(await ClaimAsync(), TimeSpan.FromMinutes(1));

        (await Administration.ReplayAsync(All with { DeadLettersOnly = false }, Token)).Should().Be(0);

        await ShouldHaveNothingAsync();
    }

    [Fact]
    public async Task Replay_EveryCondition_MustHold()
    {
        await RegisterAsync(Handler, OtherHandler);
        var early = TestEntry.Create("node-a", receivedAt: TestEntry.Noon);
        var late = TestEntry.Create("node-a", receivedAt: TestEntry.Noon.AddHours(1));
        var elsewhere = TestEntry.Create("node-b", receivedAt: TestEntry.Noon.AddHours(1));
        await StoreAsync(early, late, elsewhere);
        foreach (var handler in new[] { Handler, OtherHandler })
        {
            for (var i = 0; i < 3; i++)
            {
                await BuryAsync(await ClaimAsync(handler));
            }
        }

        var replayed = await Administration.ReplayAsync(
            new DeliveryFilter
            {
                Handler = Handler,
                NodeId = new NodeId("node-a"),
                From = TestEntry.Noon.AddHours(1),
                To = TestEntry.Noon.AddHours(2),
            },
            Token);

        replayed.Should().Be(1);
        (await HandleAsync(1)).Single().Entry.Id.Should().Be(late.Id);
        await ShouldHaveNothingAsync(OtherHandler);
        (await Administration.ReplayAsync(new DeliveryFilter { To = TestEntry.Noon.AddHours(1) }, Token)).Should().Be(2);
        (await Administration.ReplayAsync(new DeliveryFilter { Handler = "nobody" }, Token)).Should().Be(0);
    }

    [Fact]
    public async Task Replay_OfAHandlerLeftOut_WaitsForItsReturn()
    {
        var dead = await StoreDeadAsync(2);
        await RegisterAsync(OtherHandler);

        (await Administration.ReplayAsync(All, Token)).Should().Be(0);
        (await Administration.ReplayAsync(new DeliveryFilter { Handler = Handler }, Token)).Should().Be(2);
        await RegisterAsync(Handler, OtherHandler);

        IdsOf(await HandleAsync(2)).Should().Equal(IdsOf(dead));
    }

    [Fact]
    public async Task Replay_OfSeveralThousand_HandsOutEachOnce()
    {
        var entries = await StoreDeadAsync(1_700, nodes: 17);

        (await Administration.ReplayAsync(All, Token)).Should().Be(entries.Length);

        var handled = await HandleAsync(entries.Length);
        foreach (var node in entries.GroupBy(entry => entry.NodeId))
        {
            IdsOf(handled.Where(delivery => delivery.Entry.NodeId == node.Key)).Should().Equal(IdsOf(node));
        }

        await ShouldHaveNothingAsync();
    }

    [Fact]
    public async Task Discard_DeadLetter_IsNoLongerListedAndNotHandedOut()
    {
        var entries = await StoreDeadAsync(3);

        (await Administration.DiscardAsync(new DeliveryFilter { EventId = entries[0].Id }, Token)).Should().Be(1);

        (await Administration.ListDeadLettersAsync(10, Token)).Select(record => record.EventId).Should().Equal(IdsOf(entries[1..]));
        (await StateOfAsync(entries[0].Id)).Should().Be(DeliveryState.Discarded);
        (await Administration.ReplayAsync(All, Token)).Should().Be(2);
        await HandleAsync(2);
        await ShouldHaveNothingAsync();
    }

    [Fact]
    public async Task Discard_OfWhatIsNotDead_DoesNothing()
    {
        await RegisterAsync(Handler);
        await StoreAsync(TestEntry.CreateMany(2));
        await HandleAsync(1);

        (await Administration.DiscardAsync(All, Token)).Should().Be(0);

        await HandleAsync(1);
    }

    private async Task<InboxEntry[]> StoreDeadAsync(int count, int nodes = 1)
    {
        await RegisterAsync(Handler);
        var entries = Enumerable.Range(0, count).Select(i => TestEntry.Create(nodes == 1 ? "node-a" : $"node-{i % nodes}")).ToArray();
        await StoreManyAsync(entries);
        for (var buried = 0; buried < count;)
        {
            var claimed = await Inbox.ClaimAsync(Handler, count - buried, Token);
            await Task.WhenAll(claimed.Select(delivery => BuryAsync(delivery)));
            buried += claimed.Count;
        }

        return entries;
    }
}
