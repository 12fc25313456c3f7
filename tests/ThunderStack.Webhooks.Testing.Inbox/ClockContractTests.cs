using FluentAssertions;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Inbox;
using Xunit;

namespace ThunderStack.Webhooks.Testing.Inbox;

/// <summary>A wall clock that is wrong, or is set, makes nothing wait longer than it was asked to.</summary>
public abstract class ClockContractTests : InboxContractTests
{
    private const int Nodes = 12;
    private const int EventsPerNode = 8;
    private static readonly TimeSpan LongestDelay = TimeSpan.FromMinutes(1);

    private static readonly DateTimeOffset[] WallClocks =
    [
        TestEntry.Noon.AddHours(1),
        TestEntry.Noon,
        TestEntry.Noon.AddHours(-1),
        TestEntry.Noon.AddDays(2),
        TestEntry.Noon.AddDays(-2),
        new DateTimeOffset(2038, 1, 19, 3, 14, 8, TimeSpan.Zero),
        TestEntry.Noon,
        new DateTimeOffset(1970, 1, 1, 0, 0, 9, TimeSpan.Zero),
        TestEntry.Noon,
    ];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Deliveries_WhileTheWallClockIsSet_WaitNoLongerThanTheLongestDelay(bool restarts)
    {
        await RegisterAsync(Handler);
        var waiting = new Dictionary<NodeId, Queue<WebhookEventId>>();
        for (var node = 0; node < Nodes; node++)
        {
            var entries = TestEntry.CreateMany(EventsPerNode, $"node-{node}");
            await StoreManyAsync(entries);
            waiting.Add(entries[0].NodeId, new Queue<WebhookEventId>(IdsOf(entries)));
        }

        var failures = new Random(22);
        for (var round = 0; waiting.Count > 0; round++)
        {
            // Every node's next delivery is due by now: one that is not makes this wait until the test's patience ends.
            var claimed = await ClaimAsync(waiting.Count);
            foreach (var delivery in claimed)
            {
                delivery.Entry.Id.Should().Be(waiting[delivery.Entry.NodeId].Peek());
                if (failures.Next(100) < 30)
                {
                    await RetryAsync(delivery, LongestDelay * failures.NextDouble());
                    continue;
                }

                await SucceedAsync(delivery);
                waiting[delivery.Entry.NodeId].Dequeue();
                if (waiting[delivery.Entry.NodeId].Count == 0)
                {
                    waiting.Remove(delivery.Entry.NodeId);
                }
            }

            Time.SetWallClock(WallClocks[round % WallClocks.Length]);
            if (restarts)
            {
                await RestartAsync();
                await RegisterAsync(Handler);
            }

            Time.Advance(LongestDelay);
        }

        await ShouldHaveNothingAsync();
    }

    [Fact]
    public async Task Replay_WhileTheClockIsAhead_IsHandedOutAfterARestart()
    {
        await RegisterAsync(Handler);
        var entry = TestEntry.Create();
        await StoreAsync(entry);
        await BuryAsync(await ClaimAsync());
        Time.Step(TimeSpan.FromDays(5_000));
        await Administration.ReplayAsync(new DeliveryFilter(), Token);

        Time.Step(TimeSpan.FromDays(-5_000));
        await RestartAsync();
        await RegisterAsync(Handler);

        (await ClaimAsync()).Entry.Id.Should().Be(entry.Id);
    }
}
