using FluentAssertions;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Inbox;
using Xunit;

namespace ThunderStack.Webhooks.Testing.Inbox;

/// <summary>A reconciled event is stored and handed out like any other, and never pretends to be signed.</summary>
public abstract class ReconciledContractTests : InboxContractTests
{
    [Fact]
    public async Task Append_Reconciled_IsKeptWithoutSignatureAndKey()
    {
        var entry = TestEntry.CreateReconciled();
        (await Inbox.AppendAsync(entry, key: null, Token)).Outcome.Should().Be(AppendOutcome.Stored);
        await RestartAsync();

        var found = await Administration.FindAsync(entry.Id, Token);

        found.Should().NotBeNull();
        found!.NodeId.Should().Be(entry.NodeId);
        found.Status.Should().Be(entry.Status);
        found.Timestamp.Should().BeNull();
        found.ReceivedAt.Should().Be(entry.ReceivedAt);
        found.Body.ToArray().Should().Equal(entry.Body.ToArray());
        found.Source.Should().Be(EventSource.Reconciled);
        found.Key.Should().BeNull();
        found.Signature.IsEmpty.Should().BeTrue();
    }

    [Fact]
    public async Task Append_ReconciledAgain_IsDuplicate()
    {
        var entry = TestEntry.CreateReconciled();
        await Inbox.AppendAsync(entry, key: null, Token);

        (await Inbox.AppendAsync(entry, key: null, Token)).Outcome.Should().Be(AppendOutcome.Duplicate);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Claim_Reconciled_SaysSo(bool afterRestart)
    {
        await RegisterAsync(Handler);
        await StoreAsync(TestEntry.Create());
        await Inbox.AppendAsync(TestEntry.CreateReconciled("node-b"), key: null, Token);
        if (afterRestart)
        {
            await RestartAsync();
            await RegisterAsync(Handler);
        }

        var deliveries = new List<Delivery> { await ClaimAsync(), await ClaimAsync() };

        deliveries.Select(delivery => delivery.Entry.Source).Should().BeEquivalentTo([EventSource.Webhook, EventSource.Reconciled]);
    }

    [Fact]
    public async Task Append_Reconciled_BecomesTheNodesState_AndAnOlderWebhookDoesNotUndoIt()
    {
        await Inbox.AppendAsync(TestEntry.CreateReconciled(status: "PAUSED"), key: null, Token);
        await StoreAsync(TestEntry.Create(status: "STARTING", timestamp: TestEntry.Noon.AddMinutes(-1), receivedAt: TestEntry.Noon.AddMinutes(1)));

        var state = (await Administration.ListNodeStatesAsync(Token)).Should().ContainSingle().Subject;

        state.Status.Should().Be(NodeStatus.Paused);
    }

    [Fact]
    public async Task Append_SourceAndKeyThatContradict_Throws()
    {
        var unsigned = async () => await Inbox.AppendAsync(TestEntry.Create(), key: null, Token);
        var signed = async () => await Inbox.AppendAsync(TestEntry.CreateReconciled(), TestEntry.Key, Token);

        await unsigned.Should().ThrowAsync<ArgumentException>();
        await signed.Should().ThrowAsync<ArgumentException>();
        (await Administration.ListAsync(new EventFilter(), Token)).Should().BeEmpty();
    }
}
