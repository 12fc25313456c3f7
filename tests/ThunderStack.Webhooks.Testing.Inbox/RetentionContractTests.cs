using FluentAssertions;
using ThunderStack.Webhooks.Inbox;
using Xunit;

namespace ThunderStack.Webhooks.Testing.Inbox;

/// <summary>What goes in time, and what must not.</summary>
public abstract class RetentionContractTests : InboxContractTests
{
    private static readonly DateTimeOffset Cutoff = TestEntry.Noon.AddDays(1);

    [Fact]
    public async Task Retention_RemovesWhatIsOldAndFinished()
    {
        await RegisterAsync(Handler);
        var old = TestEntry.CreateMany(5);
        var young = Young();
        await StoreAsync([.. old, young]);
        await HandleAsync(6);

        (await Administration.ApplyRetentionAsync(Cutoff, Token)).Should().Be(5);

        IdsOf(await Administration.ListAsync(new EventFilter(), Token)).Should().Equal(young.Id);
        (await Administration.ListDeliveriesAsync(old[0].Id, Token)).Should().BeEmpty();
        (await StateOfAsync(young.Id)).Should().Be(DeliveryState.Succeeded);
    }

    [Fact]
    public async Task Retention_KeepsIds_SoThatAnOldEventIsStillADuplicate()
    {
        var old = TestEntry.Create();
        await StoreAsync(old, Young());
        await Administration.ApplyRetentionAsync(Cutoff, Token);
        (await Administration.FindAsync(old.Id, Token)).Should().BeNull();

        (await AppendAsync(old)).Should().Be(AppendOutcome.Duplicate);

        await RestartAsync();
        (await AppendAsync(old)).Should().Be(AppendOutcome.Duplicate);
        (await Administration.FindAsync(old.Id, Token)).Should().BeNull();
    }

    [Fact]
    public async Task Retention_KeepsWhatWaitsOrIsDead()
    {
        await RegisterAsync(Handler);
        var entries = Enumerable.Range(0, 4).Select(i => TestEntry.Create($"node-{i}")).ToArray();
        await StoreAsync([.. entries, Young()]);
        var claimed = await ClaimAsync(4);
        await SucceedAsync(claimed[0]);
        await BuryAsync(claimed[1]);
        await RetryAsync(claimed[2], TimeSpan.FromDays(2));

        await Administration.ApplyRetentionAsync(Cutoff, Token);

        var left = (await Administration.ListAsync(new EventFilter(), Token)).Select(entry => entry.Id).ToList();
        left.Should().Contain(claimed.Skip(1).Select(delivery => delivery.Entry.Id));
        (await Administration.ReplayAsync(new DeliveryFilter(), Token)).Should().Be(1);
        await SucceedAsync(claimed[3]);
        await HandleAsync(2);
    }

    [Fact]
    public async Task Retention_KeepsWhatOneHandlerHasNotHad()
    {
        await RegisterAsync(Handler, OtherHandler);
        var old = TestEntry.CreateMany(3);
        await StoreAsync([.. old, Young()]);
        await HandleAsync(4);

        (await Administration.ApplyRetentionAsync(Cutoff, Token)).Should().Be(0);

        IdsOf(await HandleAsync(3, OtherHandler)).Should().Equal(IdsOf(old));
        (await Administration.ApplyRetentionAsync(Cutoff, Token)).Should().Be(3);
    }

    [Fact]
    public async Task Retention_BeforeHandlersAreRegistered_KeepsWhatWaitsForThem()
    {
        await RegisterAsync(Handler);
        var old = TestEntry.CreateMany(3);
        await StoreAsync([.. old, Young()]);
        await RestartAsync();

        (await Administration.ApplyRetentionAsync(Cutoff, Token)).Should().Be(0);

        await RegisterAsync(Handler);
        IdsOf(await HandleAsync(3)).Should().Equal(IdsOf(old));
    }

    [Fact]
    public async Task Retention_IsNotHeldUpByAHandlerThatWasLeftOut()
    {
        await RegisterAsync(Handler, OtherHandler);
        await StoreAsync([.. TestEntry.CreateMany(3), Young()]);
        await RegisterAsync(Handler);
        await HandleAsync(4);

        (await Administration.ApplyRetentionAsync(Cutoff, Token)).Should().Be(3);

        await RegisterAsync(Handler, OtherHandler);
        await HandleAsync(1, OtherHandler);
        await ShouldHaveNothingAsync(OtherHandler);
    }

    [Fact]
    public async Task Retention_OfEverything_LeavesAStoreThatWorks()
    {
        await RegisterAsync(Handler);
        await StoreAsync(TestEntry.CreateMany(20));
        await HandleAsync(20);
        (await Administration.ApplyRetentionAsync(TestEntry.Noon.AddYears(1), Token)).Should().BeInRange(19, 20);
        await RestartAsync();
        var entries = TestEntry.CreateMany(3);

        // Before the handler takes part: its place in the order of receipt tells what it has had, so the order must not begin again.
        await StoreAsync(entries);
        await RegisterAsync(Handler);

        IdsOf(await HandleAsync(3)).Should().Equal(IdsOf(entries));
    }

    [Fact]
    public async Task Retention_OfManyEvents_WhileOthersArrive_RemovesExactlyTheOld()
    {
        var old = TestEntry.CreateMany(3_000);
        await StoreManyAsync(old);
        var young = Enumerable.Range(0, 1_000).Select(_ => Young()).ToArray();

        var appending = Task.Run(() => StoreManyAsync(young), Token);
        var removed = await Administration.ApplyRetentionAsync(Cutoff, Token);
        await appending;
        removed += await Administration.ApplyRetentionAsync(Cutoff, Token);

        removed.Should().Be(old.Length);
        var left = await Administration.ListAsync(new EventFilter { Limit = 10_000 }, Token);
        IdsOf(left).ToHashSet().SetEquals(IdsOf(young)).Should().BeTrue();
    }

    [Fact]
    public async Task Retention_KeepsNodeStates()
    {
        await StoreAsync(TestEntry.Create("node-old", "FAILED"), Young());
        await Administration.ApplyRetentionAsync(Cutoff, Token);
        await RestartAsync();

        (await Administration.ListNodeStatesAsync(Token)).Should().Contain(state => state.NodeId.Value == "node-old");
    }

    private static InboxEntry Young() => TestEntry.Create(receivedAt: Cutoff);
}
