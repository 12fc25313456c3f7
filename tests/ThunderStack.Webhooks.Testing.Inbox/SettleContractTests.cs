using FluentAssertions;
using ThunderStack.Webhooks.Inbox;
using Xunit;

namespace ThunderStack.Webhooks.Testing.Inbox;

/// <summary>What follows from the result of an attempt: the next try, a dead letter, the next event.</summary>
public abstract class SettleContractTests : InboxContractTests
{
    [Fact]
    public async Task Unordered_Retry_DelaysNothingElse()
    {
        await RegisterUnorderedAsync(Handler);
        var entries = TestEntry.CreateMany(3);
        await StoreAsync(entries);
        await RetryAsync(await ClaimAsync(), TimeSpan.FromMinutes(1));

        IdsOf(await HandleAsync(2)).Should().Equal(IdsOf(entries[1..]));

        await PassAsync(TimeSpan.FromMinutes(1));
        var again = await ClaimAsync();
        again.Entry.Id.Should().Be(entries[0].Id);
        again.Attempt.Should().Be(2);
    }

    [Fact]
    public async Task Retry_BeforeItIsDue_HoldsItsNodeOnly()
    {
        await RegisterAsync(Handler);
        await StoreAsync(TestEntry.CreateMany(2));
        await RetryAsync(await ClaimAsync(), TimeSpan.FromMinutes(30));

        await PassAsync(TimeSpan.FromMinutes(29));

        await ShouldHaveNothingAsync();
    }

    [Fact]
    public async Task Retry_OnceDue_ComesBeforeTheNodesOthers()
    {
        await RegisterAsync(Handler);
        var entries = TestEntry.CreateMany(3);
        await StoreAsync(entries);
        await RetryAsync(await ClaimAsync(), TimeSpan.FromSeconds(30));

        await PassAsync(TimeSpan.FromSeconds(30));

        IdsOf(await HandleAsync(3)).Should().Equal(IdsOf(entries));
    }

    [Fact]
    public async Task Retries_AgainAndAgain_CountTheirAttempts()
    {
        await RegisterAsync(Handler);
        await StoreAsync(TestEntry.Create());

        for (var attempt = 1; attempt <= 4; attempt++)
        {
            var delivery = await ClaimAsync();
            delivery.Attempt.Should().Be(attempt);
            await RetryAsync(delivery, TimeSpan.FromHours(attempt));
            await PassAsync(TimeSpan.FromHours(attempt));
        }

        (await ClaimAsync()).Attempt.Should().Be(5);
    }

    [Fact]
    public async Task Retries_OfManyNodes_ComeWhenEachIsDue()
    {
        await RegisterAsync(Handler);
        var entries = Enumerable.Range(1, 5).Select(i => TestEntry.Create($"node-{i}")).ToArray();
        await StoreAsync(entries);
        foreach (var delivery in await ClaimAsync(5))
        {
            var turn = Array.FindIndex(entries, entry => entry.Id == delivery.Entry.Id) + 1;
            await RetryAsync(delivery, TimeSpan.FromMinutes(6 - turn));
        }

        var order = new List<InboxEntry>();
        for (var minute = 1; minute <= 5; minute++)
        {
            await PassAsync(TimeSpan.FromMinutes(1));
            order.Add((await HandleAsync(1)).Single().Entry);
        }

        IdsOf(order).Should().Equal(IdsOf(entries.Reverse()));
    }

    [Fact]
    public async Task Release_GivesTheSameAttemptAgainFirst()
    {
        await RegisterAsync(Handler);
        var entries = TestEntry.CreateMany(2);
        await StoreAsync(entries);
        await ReleaseAsync(await ClaimAsync());

        var again = await ClaimAsync();

        again.Entry.Id.Should().Be(entries[0].Id);
        again.Attempt.Should().Be(1);
    }

    [Fact]
    public async Task Release_OfARetry_KeepsItsAttempts()
    {
        await RegisterAsync(Handler);
        await StoreAsync(TestEntry.Create());
        await RetryAsync(await ClaimAsync(), TimeSpan.FromSeconds(1));
        await PassAsync(TimeSpan.FromSeconds(1));
        await ReleaseAsync(await ClaimAsync());

        (await ClaimAsync()).Attempt.Should().Be(2);
    }

    [Fact]
    public async Task DeadLetter_LetsItsNodeGoOn()
    {
        await RegisterAsync(Handler);
        var entries = TestEntry.CreateMany(2);
        await StoreAsync(entries);

        await BuryAsync(await ClaimAsync(), "no use");

        (await ClaimAsync()).Entry.Id.Should().Be(entries[1].Id);
        var dead = (await Administration.ListDeadLettersAsync(10, Token)).Should().ContainSingle().Subject;
        dead.Should().Be(new DeliveryRecord(entries[0].Id, Handler, DeliveryState.DeadLettered, 1, Time.GetUtcNow(), null, "no use") { NodeId = entries[0].NodeId });
    }

    [Fact]
    public async Task LeftOut_LetsItsNodeGoOn_WithoutAnAttempt_AndIsNeverReplayed()
    {
        await RegisterAsync(Handler);
        var entries = TestEntry.CreateMany(2);
        await StoreAsync(entries);

        await SettleAsync(await ClaimAsync(), new Settlement(DeliveryOutcome.Filtered, Time.GetUtcNow()));

        (await ClaimAsync()).Entry.Id.Should().Be(entries[1].Id);
        (await Administration.ListDeliveriesAsync(entries[0].Id, Token)).Should().ContainSingle()
            .Which.Should().Be(new DeliveryRecord(entries[0].Id, Handler, DeliveryState.Filtered, 0, Time.GetUtcNow(), null, null) { NodeId = entries[0].NodeId });
        (await Administration.ReplayAsync(new DeliveryFilter { EventId = entries[0].Id, DeadLettersOnly = false }, Token)).Should().Be(0);
        await RestartAsync();
        await RegisterAsync(Handler);
        (await ClaimAsync()).Entry.Id.Should().Be(entries[1].Id);
    }

    [Fact]
    public async Task Superseded_LetsItsNodeGoOn_AndSaysWhy()
    {
        await RegisterAsync(Handler);
        var entries = TestEntry.CreateMany(2);
        await StoreAsync(entries);

        await SettleAsync(await ClaimAsync(), new Settlement(DeliveryOutcome.Superseded, Time.GetUtcNow(), Error: "overtaken"));

        (await ClaimAsync()).Entry.Id.Should().Be(entries[1].Id);
        (await Administration.ListDeliveriesAsync(entries[0].Id, Token)).Should().ContainSingle()
            .Which.Should().Be(new DeliveryRecord(entries[0].Id, Handler, DeliveryState.Superseded, 1, Time.GetUtcNow(), null, "overtaken") { NodeId = entries[0].NodeId });
        (await Administration.ListDeadLettersAsync(10, Token)).Should().BeEmpty();
    }

    [Fact]
    public async Task Settle_Twice_CountsOnce()
    {
        await RegisterAsync(Handler);
        var entries = TestEntry.CreateMany(3);
        await StoreAsync(entries);
        var first = await ClaimAsync();
        await SucceedAsync(first);

        await BuryAsync(first);

        (await ClaimAsync()).Entry.Id.Should().Be(entries[1].Id);
        await ShouldHaveNothingAsync();
        (await StateOfAsync(entries[0].Id)).Should().Be(DeliveryState.Succeeded);
    }
}
