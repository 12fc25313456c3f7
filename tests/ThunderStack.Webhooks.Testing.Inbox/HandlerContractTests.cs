using FluentAssertions;
using ThunderStack.Webhooks.Inbox;
using Xunit;

namespace ThunderStack.Webhooks.Testing.Inbox;

/// <summary>Handlers that come, go and return while events arrive.</summary>
public abstract class HandlerContractTests : InboxContractTests
{
    [Fact]
    public async Task Handlers_RegisteredWithANewOne_StartItWithWhatComesNext()
    {
        await RegisterAsync(Handler);
        var before = TestEntry.Create();
        await StoreAsync(before);
        await RegisterAsync(Handler, OtherHandler);
        var after = TestEntry.Create();
        await StoreAsync(after);

        (await HandleAsync(1, OtherHandler)).Single().Entry.Id.Should().Be(after.Id);
        IdsOf(await HandleAsync(2)).Should().Equal(before.Id, after.Id);
    }

    [Fact]
    public async Task Handler_LeftOutAndBack_GoesOnWhereItStopped()
    {
        await RegisterAsync(Handler, OtherHandler);
        var entries = TestEntry.CreateMany(6);
        await StoreAsync(entries[..3]);
        await HandleAsync(1);
        await RegisterAsync(OtherHandler);
        await StoreAsync(entries[3..5]);
        using var giveUp = new CancellationTokenSource();
        var claimWhileOut = Inbox.ClaimAsync(Handler, 1, giveUp.Token).AsTask();
        IdsOf(await HandleAsync(5, OtherHandler)).Should().Equal(IdsOf(entries[..5]));
        claimWhileOut.IsCompleted.Should().BeFalse();
        await giveUp.CancelAsync();
        await FluentActions.Awaiting(() => claimWhileOut).Should().ThrowAsync<OperationCanceledException>();

        await RegisterAsync(Handler, OtherHandler);
        await StoreAsync(entries[5]);

        IdsOf(await HandleAsync(5)).Should().Equal(IdsOf(entries[1..]));
    }

    [Fact]
    public async Task Handler_BackWhileAClaimIsUnsettled_IsNotHandedItTwice()
    {
        await RegisterAsync(Handler, OtherHandler);
        var entries = TestEntry.CreateMany(2);
        await StoreAsync(entries);
        var running = await ClaimAsync();
        await RegisterAsync(OtherHandler);
        await RegisterAsync(Handler, OtherHandler);

        await ShouldHaveNothingAsync();

        await SucceedAsync(running);
        (await HandleAsync(1)).Single().Entry.Id.Should().Be(entries[1].Id);
    }

    [Fact]
    public async Task Handler_BackAfterARetryWasSetMeanwhile_MakesIt()
    {
        await RegisterAsync(Handler, OtherHandler);
        var entries = TestEntry.CreateMany(2);
        await StoreAsync(entries);
        var running = await ClaimAsync();
        await RegisterAsync(OtherHandler);
        await RetryAsync(running, TimeSpan.FromMinutes(1));
        await RegisterAsync(Handler, OtherHandler);

        await ShouldHaveNothingAsync();

        await PassAsync(TimeSpan.FromMinutes(1));
        var again = await HandleAsync(2);
        IdsOf(again).Should().Equal(IdsOf(entries));
        again[0].Attempt.Should().Be(2);
    }

    [Fact]
    public async Task Ordering_Changed_TakesEffectWithoutLossOrRepeat()
    {
        await RegisterUnorderedAsync(Handler);
        var entries = TestEntry.CreateMany(4);
        await StoreAsync(entries);
        var running = await ClaimAsync(2);

        await RegisterAsync(Handler);

        await SucceedAsync(running[0]);
        await ShouldHaveNothingAsync();
        await SucceedAsync(running[1]);
        IdsOf(await HandleAsync(2)).Should().Equal(IdsOf(entries[2..]));
    }

    [Fact]
    public async Task Claim_OfAnUnknownHandler_Throws()
    {
        var claim = async () => await Inbox.ClaimAsync("nobody", 1, Token);

        await claim.Should().ThrowAsync<InvalidOperationException>();
    }

    [Fact]
    public async Task Register_ConcurrentlyWithAppends_LosesNothing()
    {
        await RegisterAsync(Handler);
        var entries = TestEntry.CreateMany(400);
        var appending = Task.Run(() => StoreManyAsync(entries), Token);
        for (var i = 0; i < 20; i++)
        {
            await RegisterAsync(i % 2 == 0 ? [OtherHandler] : [Handler, OtherHandler]);
        }

        await appending;
        await RegisterAsync(Handler);

        IdsOf(await HandleAsync(entries.Length)).Should().Equal(IdsOf(entries));
        await ShouldHaveNothingAsync();
    }
}
