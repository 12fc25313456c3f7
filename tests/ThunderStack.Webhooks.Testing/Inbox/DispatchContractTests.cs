using FluentAssertions;
using ThunderStack.Webhooks.Inbox;
using Xunit;

namespace ThunderStack.Webhooks.Testing.Inbox;

/// <summary>Who is handed what, when, and in which order.</summary>
public abstract class DispatchContractTests : InboxContractTests
{
    [Fact]
    public async Task Claim_StoredEvent_IsTheEvent()
    {
        await RegisterAsync(Handler);
        var entry = TestEntry.Create();
        await StoreAsync(entry);

        var delivery = await ClaimAsync();

        delivery.Handler.Should().Be(Handler);
        delivery.Attempt.Should().Be(1);
        delivery.Entry.Id.Should().Be(entry.Id);
        delivery.Entry.Body.ToArray().Should().Equal(entry.Body.ToArray());
    }

    [Fact]
    public async Task Claim_Waiting_IsAnsweredByTheNextAppend()
    {
        await RegisterAsync(Handler);
        var claim = ClaimAsync();
        var entry = TestEntry.Create();

        await StoreAsync(entry);

        (await claim).Entry.Id.Should().Be(entry.Id);
    }

    [Fact]
    public async Task Claim_AskedForSeveral_GivesNoMore()
    {
        await RegisterUnorderedAsync(Handler);
        await StoreAsync(TestEntry.CreateMany(5));

        (await Inbox.ClaimAsync(Handler, 3, Token)).Count.Should().BeInRange(1, 3);
    }

    [Fact]
    public async Task Claim_Cancelled_ClaimsNothing()
    {
        await RegisterAsync(Handler);
        using var giveUp = new CancellationTokenSource();
        var claims = Enumerable.Range(0, 8).Select(_ => Inbox.ClaimAsync(Handler, 1, giveUp.Token).AsTask()).ToList();
        await giveUp.CancelAsync();
        foreach (var claim in claims)
        {
            await FluentActions.Awaiting(() => claim).Should().ThrowAsync<OperationCanceledException>();
        }

        var entry = TestEntry.Create();
        await StoreAsync(entry);

        (await ClaimAsync()).Entry.Id.Should().Be(entry.Id);
    }

    [Fact]
    public async Task Claim_CancelledBefore_ClaimsNothing()
    {
        await RegisterAsync(Handler);
        var entry = TestEntry.Create();
        await StoreAsync(entry);

        await FluentActions.Awaiting(async () => await Inbox.ClaimAsync(Handler, 1, new CancellationToken(true)))
            .Should().ThrowAsync<OperationCanceledException>();

        (await ClaimAsync()).Attempt.Should().Be(1);
    }

    [Fact]
    public async Task Node_WithAnUnsettledClaim_GivesNoOther()
    {
        await RegisterAsync(Handler);
        var entries = TestEntry.CreateMany(3);
        await StoreAsync(entries);
        var first = await ClaimAsync();

        await ShouldHaveNothingAsync();

        await SucceedAsync(first);
        (await ClaimAsync()).Entry.Id.Should().Be(entries[1].Id);
    }

    [Fact]
    public async Task Nodes_OfTheirOwn_RunInParallel()
    {
        await RegisterAsync(Handler);
        await StoreAsync([.. Enumerable.Range(0, 5).SelectMany(i => TestEntry.CreateMany(2, $"node-{i}"))]);

        var claimed = await ClaimAsync(5);

        claimed.Select(delivery => delivery.Entry.NodeId).Should().OnlyHaveUniqueItems();
    }

    [Fact]
    public async Task Node_HandledFromManyClaimers_KeepsItsOrder()
    {
        await RegisterAsync(Handler);
        var entries = Enumerable.Range(0, 600).Select(i => TestEntry.Create($"node-{i % 6}")).ToArray();
        var handled = new System.Collections.Concurrent.ConcurrentQueue<InboxEntry>();
        var left = entries.Length;
        using var done = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var claimers = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            try
            {
                while (true)
                {
                    foreach (var delivery in await Inbox.ClaimAsync(Handler, 3, done.Token))
                    {
                        handled.Enqueue(delivery.Entry);
                        await SucceedAsync(delivery);
                        if (Interlocked.Decrement(ref left) == 0)
                        {
                            await done.CancelAsync();
                        }
                    }
                }
            }
            catch (OperationCanceledException) when (!Token.IsCancellationRequested)
            {
                // All were handled.
            }
        })).ToList();

        await StoreManyAsync(entries);
        await Task.WhenAll(claimers);

        foreach (var node in entries.GroupBy(entry => entry.NodeId))
        {
            IdsOf(handled.Where(entry => entry.NodeId == node.Key)).Should().Equal(IdsOf(node));
        }
    }

    [Fact]
    public async Task Handlers_EachOfThem_GetEveryEvent()
    {
        await RegisterAsync(Handler, OtherHandler);
        var entries = TestEntry.CreateMany(5);
        await StoreAsync(entries);
        await BuryAsync(await ClaimAsync());

        IdsOf(await HandleAsync(5, OtherHandler)).Should().Equal(IdsOf(entries));
        IdsOf(await HandleAsync(4)).Should().Equal(IdsOf(entries[1..]));
    }

    [Fact]
    public async Task Unordered_NodeWithAnUnsettledClaim_GivesOthers()
    {
        await RegisterUnorderedAsync(Handler);
        var entries = TestEntry.CreateMany(4);
        await StoreAsync(entries);

        var claimed = await ClaimAsync(4);

        IdsOf(claimed).Should().BeEquivalentTo(IdsOf(entries));
    }

    [Fact]
    public async Task Unordered_Retry_DelaysNothingElse()
    {
        await RegisterUnorderedAsync(Handler);
        var entries = TestEntry.CreateMany(3);
        await StoreAsync(entries);
        await RetryAsync(await ClaimAsync(), TimeSpan.FromMinutes(1));

        IdsOf(await HandleAsync(2)).Should().Equal(IdsOf(entries[1..]));

        Time.Advance(TimeSpan.FromMinutes(1));
        var again = await ClaimAsync();
        again.Entry.Id.Should().Be(entries[0].Id);
        again.Attempt.Should().Be(2);
    }

    [Fact]
    public async Task Retry_BeforeItIsDue_HoldsItsNodeOnly()
    {
        await RegisterAsync(Handler);
        await StoreAsync(TestEntry.CreateMany(2));
        await RetryAsync(await ClaimAsync(), TimeSpan.FromSeconds(30));

        Time.Advance(TimeSpan.FromSeconds(30) - TimeSpan.FromMilliseconds(1));

        await ShouldHaveNothingAsync();
    }

    [Fact]
    public async Task Retry_OnceDue_ComesBeforeTheNodesOthers()
    {
        await RegisterAsync(Handler);
        var entries = TestEntry.CreateMany(3);
        await StoreAsync(entries);
        await RetryAsync(await ClaimAsync(), TimeSpan.FromSeconds(30));

        Time.Advance(TimeSpan.FromSeconds(30));

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
            Time.Advance(TimeSpan.FromHours(attempt));
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
            Time.Advance(TimeSpan.FromMinutes(1));
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
        Time.Advance(TimeSpan.FromSeconds(1));
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
        dead.Should().Be(new DeliveryRecord(entries[0].Id, Handler, DeliveryState.DeadLettered, 1, Time.GetUtcNow(), null, "no use"));
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

    [Fact]
    public async Task Backlog_LargerThanMemoryHolds_IsCompleteAndInOrder()
    {
        await RegisterAsync(Handler);
        var entries = Enumerable.Range(0, 10_000).Select(i => TestEntry.Create($"node-{i % 3}")).ToArray();
        await StoreManyAsync(entries);

        var handled = await HandleAsync(entries.Length);

        foreach (var node in entries.GroupBy(entry => entry.NodeId))
        {
            IdsOf(handled.Where(delivery => delivery.Entry.NodeId == node.Key)).SequenceEqual(IdsOf(node)).Should().BeTrue();
        }
    }

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

        Time.Advance(TimeSpan.FromMinutes(1));
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
