using FluentAssertions;
using ThunderStack.Webhooks.Inbox;
using Xunit;

namespace ThunderStack.Webhooks.Testing.Inbox;

/// <summary>Who is handed what, and in which order.</summary>
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
    public async Task SettleAndClaim_AnswersTheNodesNextDeliveryOrLeavesItToAClaim()
    {
        await RegisterAsync(Handler);
        var entries = TestEntry.CreateMany(3);
        await StoreAsync(entries);

        var next = await Inbox.SettleAndClaimAsync(await ClaimAsync(), new Settlement(DeliveryOutcome.Succeeded, Time.GetUtcNow()), Token)
            ?? await ClaimAsync();

        next.Entry.Id.Should().Be(entries[1].Id);
        next.Attempt.Should().Be(1);
        await ShouldHaveNothingAsync();
        await SucceedAsync(next);
        (await ClaimAsync()).Entry.Id.Should().Be(entries[2].Id);
    }

    [Fact]
    public async Task SettleAndClaim_WithNothingLeft_AnswersNoneAndTheNextEventIsClaimed()
    {
        await RegisterAsync(Handler);
        await StoreAsync(TestEntry.Create());

        (await Inbox.SettleAndClaimAsync(await ClaimAsync(), new Settlement(DeliveryOutcome.Succeeded, Time.GetUtcNow()), Token)).Should().BeNull();

        var entry = TestEntry.Create();
        await StoreAsync(entry);
        (await ClaimAsync()).Entry.Id.Should().Be(entry.Id);
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
    public async Task Backlog_LargerThanMemoryHolds_IsCompleteAndInOrder()
    {
        await RegisterAsync(Handler);
        var entries = Enumerable.Range(0, 10_000).Select(i => TestEntry.Create($"node-{i % 10}")).ToArray();
        await StoreManyAsync(entries);

        var handled = await HandleAsync(entries.Length);

        foreach (var node in entries.GroupBy(entry => entry.NodeId))
        {
            IdsOf(handled.Where(delivery => delivery.Entry.NodeId == node.Key)).SequenceEqual(IdsOf(node)).Should().BeTrue();
        }
    }
}
