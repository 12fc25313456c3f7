using FluentAssertions;
using ThunderStack.Webhooks.Inbox;
using Xunit;

namespace ThunderStack.Webhooks.Testing.Inbox;

/// <summary>What waits, and behind what.</summary>
public abstract class BacklogContractTests : InboxContractTests
{
    [Fact]
    public async Task Events_behind_a_retry_are_counted_with_their_lane_and_no_other_nodes()
    {
        await RegisterAsync(Handler, OtherHandler);
        var poison = TestEntry.Create(receivedAt: TestEntry.Noon.AddMinutes(-5));
        await StoreAsync([poison, .. TestEntry.CreateMany(3)]);
        await RetryAsync(await ClaimAsync(), TimeSpan.FromHours(6));
        await StoreAsync(TestEntry.Create("node-b"), TestEntry.Create("node-c"));
        foreach (var delivery in await ClaimAsync(2))
        {
            await SucceedAsync(delivery);
        }

        await StoreAsync(TestEntry.Create("node-b"));

        var lanes = await ListAsync();

        lanes.Select(lane => lane.NodeId.Value).Should().Equal("node-a", "node-b");
        var (blocked, flowing) = (lanes[0], lanes[1]);
        (blocked.Pending, blocked.Scheduled, blocked.Head, blocked.Attempts).Should().Be((3, 1, poison.Id, 1));
        blocked.OldestReceivedAt.Should().Be(poison.ReceivedAt);
        blocked.DueAt.Should().NotBeNull();
        (flowing.Pending, flowing.Scheduled, flowing.Attempts, flowing.DueAt).Should().Be((1, 0, 0, null));
        (await ListAsync(OtherHandler)).Sum(lane => lane.Pending).Should().Be(7, "the other handler has done nothing");
    }

    [Fact]
    public async Task A_delivery_that_runs_waits_still_and_one_that_ended_does_not()
    {
        await RegisterAsync(Handler);
        await StoreAsync(TestEntry.CreateMany(2));
        var running = await ClaimAsync();

        (await ListAsync()).Single().Should().Match<LaneBacklog>(lane => lane.Pending == 2 && lane.Head == running.Entry.Id);

        await BuryAsync(running);
        await SucceedAsync(await ClaimAsync());
        (await ListAsync()).Should().BeEmpty();
    }

    [Fact]
    public async Task What_is_replayed_stands_behind_what_its_node_has_waiting()
    {
        await RegisterAsync(Handler);
        await StoreAsync(TestEntry.Create());
        var dead = await ClaimAsync();
        await BuryAsync(dead);
        var next = TestEntry.Create(receivedAt: TestEntry.Noon.AddMinutes(1));
        await StoreAsync(next);
        await Administration.ReplayAsync(new DeliveryFilter(), Token);

        var lane = (await ListAsync()).Single();

        (lane.Pending, lane.Scheduled, lane.Head, lane.OldestReceivedAt).Should().Be((1, 1, next.Id, TestEntry.Noon));
    }

    [Fact]
    public async Task Without_an_order_nothing_is_forgotten_and_an_unknown_handler_has_nothing()
    {
        await RegisterUnorderedAsync(Handler);
        await StoreAsync(TestEntry.CreateMany(3));
        var deliveries = await ClaimAsync(3);
        await SucceedAsync(deliveries[1]);
        await RetryAsync(deliveries[2], TimeSpan.FromHours(1));

        (await ListAsync()).Single().Should().Match<LaneBacklog>(lane => lane.Pending == 1 && lane.Scheduled == 1);
        (await ListAsync("nobody")).Should().BeEmpty();
    }

    private Task<IReadOnlyList<LaneBacklog>> ListAsync(string handler = Handler) => Administration.ListBacklogAsync(handler, Token);
}
