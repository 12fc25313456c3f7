using FluentAssertions;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Inbox;
using Xunit;

namespace ThunderStack.Webhooks.Testing.Inbox;

/// <summary>Which event says how a node is.</summary>
public abstract class NodeStateContractTests : InboxContractTests
{
    [Fact]
    public async Task State_IsThatOfTheLatestEvent()
    {
        var last = TestEntry.Create(status: "FAILED", timestamp: At(-1));
        await StoreAsync(TestEntry.Create(status: "STARTING", timestamp: At(-2)), last);

        (await StateAsync()).Should().Be(new NodeState(last.NodeId, NodeStatus.Failed, At(-1), last.Id));
    }

    [Fact]
    public async Task OlderEvent_ThatArrivesLater_DoesNotOverwrite()
    {
        await StoreAsync(TestEntry.Create(status: "RUNNING", timestamp: At(-1)), TestEntry.Create(status: "PAUSED", timestamp: At(-2)));

        (await StateAsync()).Status.Should().Be(NodeStatus.Running);
    }

    [Fact]
    public async Task OlderEvent_ByMicroseconds_DoesNotOverwrite()
    {
        var received = TestEntry.Noon.AddSeconds(1);
        await StoreAsync(
            TestEntry.Create(status: "RUNNING", timestamp: TestEntry.Noon.AddMicroseconds(2), receivedAt: received),
            TestEntry.Create(status: "PAUSED", timestamp: TestEntry.Noon.AddMicroseconds(1), receivedAt: received));

        (await StateAsync()).Status.Should().Be(NodeStatus.Running);
    }

    [Fact]
    public async Task OlderEvent_AfterRestart_DoesNotOverwrite()
    {
        await StoreAsync(TestEntry.Create(status: "RUNNING", timestamp: At(-1)));
        await RestartAsync();

        await StoreAsync(TestEntry.Create(status: "PAUSED", timestamp: At(-2)));

        (await StateAsync()).Status.Should().Be(NodeStatus.Running);
    }

    [Fact]
    public async Task Event_IsAChange_WhenItsNodeGetsAnotherStatusByIt()
    {
        await RegisterAsync(Handler);
        InboxEntry[] entries =
        [
            TestEntry.Create(status: "RUNNING", timestamp: At(-9)),
            TestEntry.Create(status: "RUNNING", timestamp: At(-8)),
            TestEntry.Create(status: "FAILED", timestamp: At(-5)),
            TestEntry.Create(status: "PAUSED", timestamp: At(-6)),
            TestEntry.Create(status: null, timestamp: At(-4)),
            TestEntry.Create(status: "FAILED", timestamp: At(-3)),
            TestEntry.Create(status: "RUNNING", timestamp: At(-3)),
        ];
        await StoreAsync(entries);

        var handled = await HandleAsync(entries.Length);

        handled.Select(delivery => delivery.Entry.IsChange).Should().Equal(true, false, true, false, true, false, true);
        await RestartAsync();
        var listed = await Administration.ListAsync(new EventFilter(), Token);
        listed.Reverse().Select(entry => entry.IsChange).Should().Equal(true, false, true, false, true, false, true);
    }

    [Fact]
    public async Task Event_IsAChange_AlsoWithinOneCommit()
    {
        // Together, so that most of them share commits.
        string[] statuses = ["RUNNING", "RUNNING", "FAILED", "FAILED", "PAUSED", "RUNNING", "RUNNING"];
        var entries = Enumerable.Range(0, 10).SelectMany(round => statuses.Select((status, i) =>
            TestEntry.Create(status: status, timestamp: At((round * statuses.Length) + i), receivedAt: At(1_000)))).ToArray();
        await StoreManyAsync(entries);

        var listed = (await Administration.ListAsync(new EventFilter(), Token)).Reverse().ToList();

        NodeStatus? last = null;
        foreach (var entry in listed)
        {
            entry.IsChange.Should().Be(entry.Status != last);
            last = entry.Status;
        }
    }

    [Fact]
    public async Task FarFutureEvent_CountsFromItsReceiptAndPinsNothing()
    {
        await StoreAsync(TestEntry.Create(status: "FAILED", timestamp: At(1_000_000), receivedAt: At(0)));
        (await StateAsync()).EffectiveAt.Should().Be(At(0));

        await StoreAsync(TestEntry.Create(status: "RUNNING", timestamp: At(1), receivedAt: At(2)));

        (await StateAsync()).Status.Should().Be(NodeStatus.Running);
    }

    [Fact]
    public async Task EqualTimes_TheOneReceivedLastCounts()
    {
        await StoreAsync(TestEntry.Create(status: "RUNNING", timestamp: At(-1)), TestEntry.Create(status: "PAUSED", timestamp: At(-1)));

        (await StateAsync()).Status.Should().Be(NodeStatus.Paused);
    }

    [Fact]
    public async Task EventWithoutStatus_ChangesNothing()
    {
        await StoreAsync(TestEntry.Create(status: "RUNNING", timestamp: At(-1)), TestEntry.Create(status: null, timestamp: At(0)));

        (await StateAsync()).Status.Should().Be(NodeStatus.Running);
    }

    [Fact]
    public async Task Duplicate_ChangesNothing()
    {
        var first = TestEntry.Create(status: "RUNNING", timestamp: At(-1));
        await StoreAsync(first, TestEntry.Create(status: "PAUSED", timestamp: At(-1)));

        await AppendAsync(first);

        (await StateAsync()).Status.Should().Be(NodeStatus.Paused);
    }

    [Fact]
    public async Task States_OfManyNodes_AreListedOneEach()
    {
        await StoreManyAsync(Enumerable.Range(0, 100).Select(i => TestEntry.Create($"node-{i % 10}", i < 90 ? "STARTING" : "RUNNING")));

        var states = await Administration.ListNodeStatesAsync(Token);

        states.Should().HaveCount(10);
        states.Should().OnlyContain(state => state.Status == NodeStatus.Running);
    }

    [Fact]
    public async Task Delivery_OfTheLatest_IsNotStale()
    {
        await RegisterAsync(Handler);
        await StoreAsync(TestEntry.Create(timestamp: At(-1)));

        (await ClaimAsync()).IsStale.Should().BeFalse();
    }

    [Fact]
    public async Task Delivery_ThatANewerOneOvertook_IsStale()
    {
        await RegisterAsync(Handler);
        await StoreAsync(TestEntry.Create(timestamp: At(-1)), TestEntry.Create(timestamp: At(-2)));

        (await HandleAsync(2)).Select(delivery => delivery.IsStale).Should().Equal(false, true);
    }

    [Fact]
    public async Task Delivery_BehindANewerEvent_IsStaleAlsoAfterRestart()
    {
        await RegisterAsync(Handler);
        await StoreAsync(
            TestEntry.Create(timestamp: At(-2)),
            TestEntry.Create(timestamp: At(-1).AddTicks(7)),
            TestEntry.Create(status: null));
        await RestartAsync();
        await RegisterAsync(Handler);

        (await HandleAsync(3)).Select(delivery => delivery.IsStale).Should().Equal(true, false, false);
    }

    private static DateTimeOffset At(int minutes) => TestEntry.Noon.AddMinutes(minutes);

    private async Task<NodeState> StateAsync() => (await Administration.ListNodeStatesAsync(Token)).Should().ContainSingle().Subject;
}
