using FluentAssertions;
using ThunderStack.Webhooks.Inbox;
using Xunit;

namespace ThunderStack.Webhooks.Testing.Inbox;

/// <summary>What a store knows after its process ended in good order.</summary>
public abstract class RestartContractTests : InboxContractTests
{
    [Fact]
    public async Task Restart_HandsOutExactlyWhatWasNotSettled()
    {
        await RegisterAsync(Handler);
        var entries = TestEntry.CreateMany(6);
        await StoreAsync(entries);
        await HandleAsync(2);
        await BuryAsync(await ClaimAsync());
        await ClaimAsync();

        await RestartAsync();
        await RegisterAsync(Handler);

        IdsOf(await HandleAsync(3)).Should().Equal(IdsOf(entries[3..]));
        await ShouldHaveNothingAsync();
    }

    [Fact]
    public async Task Restart_OutOfOrderSettlements_AreRememberedOneByOne()
    {
        await RegisterUnorderedAsync(Handler);
        var entries = TestEntry.CreateMany(9);
        await StoreAsync(entries);
        var claimed = await ClaimAsync(9);
        foreach (var delivery in claimed.Where((_, i) => i % 3 == 1))
        {
            await SucceedAsync(delivery);
        }

        await RestartAsync();
        await RegisterUnorderedAsync(Handler);

        var left = await ClaimAsync(6);
        IdsOf(left).Should().Equal(IdsOf(entries.Where((_, i) => i % 3 != 1)));
        await ShouldHaveNothingAsync();
    }

    [Fact]
    public async Task Restart_KeepsARetryItsAttemptsAndItsTime()
    {
        await RegisterAsync(Handler);
        var entries = TestEntry.CreateMany(2);
        await StoreAsync(entries);
        await RetryAsync(await ClaimAsync(), TimeSpan.FromMinutes(10));

        await RestartAsync();
        await RegisterAsync(Handler);

        await ShouldHaveNothingAsync();
        await PassAsync(TimeSpan.FromMinutes(10));
        var again = await HandleAsync(2);
        IdsOf(again).Should().Equal(IdsOf(entries));
        again.Select(delivery => delivery.Attempt).Should().Equal(2, 1);
    }

    [Fact]
    public async Task Restart_RetryThatBecameDueMeanwhile_ComesAtOnce()
    {
        await RegisterAsync(Handler);
        await StoreAsync(TestEntry.Create());
        await RetryAsync(await ClaimAsync(), TimeSpan.FromMinutes(10));
        await RestartAsync();
        await PassAsync(TimeSpan.FromMinutes(11));

        await RegisterAsync(Handler);

        (await ClaimAsync()).Attempt.Should().Be(2);
    }

    [Fact]
    public async Task Restart_ReplayedDeliveries_KeepTheirTurn()
    {
        await RegisterAsync(Handler);
        var entries = TestEntry.CreateMany(5);
        await StoreAsync(entries[..2]);
        await BuryAsync(await ClaimAsync());
        await BuryAsync(await ClaimAsync());
        await StoreAsync(entries[2]);
        await Administration.ReplayAsync(new DeliveryFilter { EventId = entries[1].Id }, Token);
        await StoreAsync(entries[3]);
        await Administration.ReplayAsync(new DeliveryFilter { EventId = entries[0].Id }, Token);
        await StoreAsync(entries[4]);

        await RestartAsync();
        await RegisterAsync(Handler);

        IdsOf(await HandleAsync(5)).Should().Equal(entries[2].Id, entries[1].Id, entries[3].Id, entries[0].Id, entries[4].Id);
    }

    [Fact]
    public async Task Restart_HandlerThatIsNewThen_GetsNothingOld()
    {
        await RegisterAsync(Handler);
        await StoreAsync(TestEntry.CreateMany(3));
        await RestartAsync();

        await RegisterAsync(Handler, OtherHandler);

        await ShouldHaveNothingAsync(OtherHandler);
    }

    [Fact]
    public async Task Restart_HandlerThatIsLeftOutThen_KeepsItsPlace()
    {
        await RegisterAsync(Handler, OtherHandler);
        var entries = TestEntry.CreateMany(4);
        await StoreAsync(entries[..2]);
        await HandleAsync(1);
        await RestartAsync();
        await RegisterAsync(OtherHandler);
        await StoreAsync(entries[2..]);
        await RestartAsync();

        await RegisterAsync(Handler);

        IdsOf(await HandleAsync(3)).Should().Equal(IdsOf(entries[1..]));
    }

    [Fact]
    public async Task Restart_AfterEventsCameBeforeAnyHandlerWasRegistered_HandsThemToThoseThatWereKnown()
    {
        await RegisterAsync(Handler);
        await RestartAsync();
        var entry = TestEntry.Create();
        await StoreAsync(entry);

        await RegisterAsync(Handler);

        (await ClaimAsync()).Entry.Id.Should().Be(entry.Id);
    }

    [Fact]
    public async Task Close_WritesTheResultsThatWait()
    {
        await RegisterAsync(Handler);
        var entries = Enumerable.Range(0, 2_000).Select(i => TestEntry.Create($"node-{i % 11}")).ToArray();
        await StoreManyAsync(entries);
        await HandleAsync(entries.Length);

        await RestartAsync();
        await RegisterAsync(Handler);

        await ShouldHaveNothingAsync();
    }

    [Fact]
    public async Task Restart_WithALargeBacklog_HandsItOutInOrder()
    {
        await RegisterAsync(Handler);
        var entries = Enumerable.Range(0, 6_000).Select(i => TestEntry.Create($"node-{i % 10}")).ToArray();
        await StoreManyAsync(entries);
        await HandleAsync(500);
        await RestartAsync();

        await RegisterAsync(Handler);

        var handled = await HandleAsync(entries.Length - 500);
        foreach (var node in entries.GroupBy(entry => entry.NodeId))
        {
            var rest = IdsOf(handled.Where(delivery => delivery.Entry.NodeId == node.Key)).ToList();
            rest.SequenceEqual(IdsOf(node).TakeLast(rest.Count)).Should().BeTrue();
        }

        await ShouldHaveNothingAsync();
    }
}
