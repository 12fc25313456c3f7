using System.Security.Cryptography;
using FluentAssertions;
using ThunderStack.Webhooks.Actions;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Stores;
using Xunit;

namespace ThunderStack.Webhooks.Testing.Inbox;

/// <summary>What is done to a node: stored before it is done, with an event, and within its bounds.</summary>
public abstract class ActionContractTests : InboxContractTests
{
    private const string Strange = "node\\a \u0000 'quoted'";

    private HostedInbox Actions => Store.Inbox;

    [Fact]
    public async Task Begun_IsToldByAnEventOfItsNode()
    {
        await RegisterAsync(Handler);
        var request = Of("trigger") with { NodeId = new NodeId(Strange) };

        var start = await Actions.BeginAsync(request, Token);

        start.Verdict.Should().Be(ActionVerdict.Begun);
        var delivery = await ClaimAsync();
        delivery.Entry.Source.Should().Be(EventSource.Observed);
        NodeActionStarted.Read(delivery.Entry).Should().BeEquivalentTo(new { NodeId = new NodeId(Strange), Action = "unlock", Handler = "handler", request.TriggerId, Number = 1 });
        (await Administration.ListNodeStatesAsync(Token)).Should().BeEmpty("an action says nothing of a node's status");
    }

    [Fact]
    public async Task Ended_LetsOthersBegin_AsItsOutcomeAllows()
    {
        await BeginAndEndAsync("first", ActionOutcome.Done);
        (await Actions.BeginAsync(Of("first"), Token)).Verdict.Should().Be(ActionVerdict.Over);
        await BeginAndEndAsync("second", ActionOutcome.Failed);
        await BeginAndEndAsync("second", ActionOutcome.Refused);
        (await Actions.BeginAsync(Of("third"), Token)).Verdict.Should().Be(ActionVerdict.Refused);
        (await Actions.BeginAsync(Of("third") with { SecretChangedAt = TestEntry.Noon.AddYears(100) }, Token)).Verdict.Should().Be(ActionVerdict.TooMany);
        (await Actions.BeginAsync(Of("third") with { SecretChangedAt = TestEntry.Noon.AddYears(100), AtMost = 4 }, Token)).Action!.Number.Should().Be(4);
    }

    [Fact]
    public async Task Begun_ByManyAtOnce_IsBegunOnce()
    {
        var starts = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Actions.BeginAsync(Of($"trigger {i}"), Token)));

        starts.Select(start => start.Verdict).Order().Should().Equal([ActionVerdict.Begun, .. Enumerable.Repeat(ActionVerdict.Busy, 7)]);
    }

    [Fact]
    public async Task OfANode_TheLatestAreKept()
    {
        for (var i = 0; i < ActionRequest.Kept + 2; i++)
        {
            await BeginAndEndAsync($"trigger {i}", ActionOutcome.Done, atMost: ActionRequest.Kept + 2);
        }

        (await Actions.BeginAsync(Of("one more") with { AtMost = ActionRequest.Kept }, Token)).Verdict.Should().Be(ActionVerdict.TooMany);
        (await Actions.BeginAsync(Of("one more") with { AtMost = ActionRequest.Kept + 1 }, Token)).Action!.Number.Should().Be(ActionRequest.Kept + 3);
    }

    private async Task BeginAndEndAsync(string trigger, ActionOutcome outcome, int atMost = 3)
    {
        var request = Of(trigger) with { AtMost = atMost };
        (await Actions.BeginAsync(request, Token)).Verdict.Should().Be(ActionVerdict.Begun);
        await Actions.EndAsync(request.NodeId, request.Handler, request.TriggerId, outcome, Token);
    }

    internal static ActionRequest Of(string trigger) => new()
    {
        NodeId = new NodeId("node-a"),
        Name = "unlock",
        Handler = "handler",
        TriggerId = WebhookEventId.Create(TestEntry.Noon, SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(trigger))),
        Lease = TimeSpan.FromMinutes(10),
        AtMost = 3,
        Within = TimeSpan.FromHours(1),
        SecretChangedAt = TestEntry.Noon.AddYears(-10),
    };
}
