using FluentAssertions;
using ThunderStack.Webhooks.Conditions;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Stores;
using Xunit;

namespace ThunderStack.Webhooks.Testing.Inbox;

/// <summary>What needs a person: open once, told by an event of the same transaction, closed once.</summary>
public abstract class ConditionContractTests : InboxContractTests
{
    private readonly Duty _duty = new("conditions", Guid.NewGuid());

    private HostedInbox Conditions => Store.Inbox;

    [Fact]
    public async Task Opened_IsListed_AndToldByAnEventOfItsNode()
    {
        await RegisterAsync(Handler);
        await HoldAsync();
        var locked = Of("node-a");

        (await ChangeAsync(locked, ConditionChange.Opened)).Should().BeTrue();

        (await Administration.ListConditionsAsync(closed: false, Token)).Should().Equal(locked with { ToldAt = Time.GetUtcNow() });
        var delivery = await ClaimAsync();
        delivery.IsStale.Should().BeFalse();
        delivery.Entry.Source.Should().Be(EventSource.Observed);
        delivery.Entry.Key.Should().BeNull();
        ConditionChanged.Read(delivery.Entry).Should().BeEquivalentTo(new
        {
            NodeId = new NodeId("node-a"),
            Change = ConditionChange.Opened,
            locked.Kind,
            locked.Subject,
            locked.Severity,
            locked.Message,
            locked.Remedy,
            locked.Since,
        });
    }

    [Fact]
    public async Task Opened_Twice_IsOpenOnce()
    {
        await RegisterAsync(Handler);
        await HoldAsync();

        (await ChangeAsync(Of("node-a"), ConditionChange.Opened)).Should().BeTrue();
        (await ChangeAsync(Of("node-a") with { Message = "Another one." }, ConditionChange.Opened)).Should().BeFalse();

        (await Administration.ListConditionsAsync(closed: false, Token)).Should().ContainSingle();
        await SucceedAsync(await ClaimAsync());
        await ShouldHaveNothingAsync();
    }

    [Fact]
    public async Task Closed_IsNoLongerOpen_AndItsOpeningIsStale()
    {
        await RegisterAsync(Handler);
        await HoldAsync();
        await ChangeAsync(Of("node-a"), ConditionChange.Opened);
        Time.Advance(TimeSpan.FromMinutes(1));

        (await ChangeAsync(Of("node-a"), ConditionChange.Closed)).Should().BeTrue();
        (await ChangeAsync(Of("node-a"), ConditionChange.Closed)).Should().BeFalse("it is closed");

        (await Administration.ListConditionsAsync(closed: false, Token)).Should().BeEmpty();
        (await Administration.ListConditionsAsync(closed: true, Token)).Should().ContainSingle().Which.ClosedAt.Should().Be(Time.GetUtcNow());
        var told = await HandleAsync(2);
        told.Select(delivery => (ConditionChanged.Read(delivery.Entry).Change, delivery.IsStale))
            .Should().Equal((ConditionChange.Opened, true), (ConditionChange.Closed, false));
    }

    [Fact]
    public async Task Opened_Again_MakesItsClosingStale_AlsoAfterARestart()
    {
        await RegisterAsync(Handler);
        await HoldAsync();
        await ChangeAsync(Of("node-a"), ConditionChange.Opened);
        await ChangeAsync(Of("node-a"), ConditionChange.Reminded);
        Time.Advance(TimeSpan.FromMinutes(1));
        await ChangeAsync(Of("node-a"), ConditionChange.Closed);
        Time.Advance(TimeSpan.FromMinutes(1));
        await ChangeAsync(Of("node-a"), ConditionChange.Opened);
        await RestartAsync();
        await RegisterAsync(Handler);

        var told = await HandleAsync(4);

        told.Select(delivery => (ConditionChanged.Read(delivery.Entry).Change, delivery.IsStale)).Should().Equal(
            (ConditionChange.Opened, true), (ConditionChange.Reminded, true), (ConditionChange.Closed, true), (ConditionChange.Opened, false));
    }

    [Fact]
    public async Task Reminded_MakesNoOpeningStale()
    {
        await RegisterAsync(Handler);
        await HoldAsync();
        await ChangeAsync(Of("node-a"), ConditionChange.Opened);
        Time.Advance(TimeSpan.FromHours(4));

        (await ChangeAsync(Of("node-a"), ConditionChange.Reminded)).Should().BeTrue();

        (await Administration.ListConditionsAsync(closed: false, Token)).Should().ContainSingle().Which.ToldAt.Should().Be(Time.GetUtcNow());
        var told = await HandleAsync(2);
        told.Select(delivery => delivery.IsStale).Should().Equal(false, false);
        (await ChangeAsync(Of("node-b"), ConditionChange.Reminded)).Should().BeFalse("it is not open");
    }

    [Fact]
    public async Task Quiet_IsToldWithItsFirstReminder_AndItsEventsSayThatNobodyWas()
    {
        await RegisterAsync(Handler);
        await HoldAsync();
        var quiet = Of("node-a") with { QuietUntil = Time.GetUtcNow().AddMinutes(2) };

        await ChangeAsync(quiet, ConditionChange.Opened);
        (await Administration.ListConditionsAsync(closed: false, Token)).Should().ContainSingle().Which.QuietUntil.Should().Be(quiet.QuietUntil);
        await ChangeAsync(quiet, ConditionChange.Reminded);
        var told = (await Administration.ListConditionsAsync(closed: false, Token)).Should().ContainSingle().Subject;
        told.QuietUntil.Should().BeNull();
        await ChangeAsync(told, ConditionChange.Closed);
        Time.Advance(TimeSpan.FromMinutes(1));
        await ChangeAsync(quiet, ConditionChange.Opened);
        await ChangeAsync(quiet, ConditionChange.Closed);

        (await HandleAsync(5)).Select(delivery => ConditionChanged.Read(delivery.Entry)).Select(change => (change.Change, change.IsQuiet)).Should().Equal(
            (ConditionChange.Opened, true), (ConditionChange.Reminded, false), (ConditionChange.Closed, false), (ConditionChange.Opened, true), (ConditionChange.Closed, true));
    }

    [Fact]
    public async Task Condition_OfNoNode_HasALaneOfItsOwn()
    {
        await RegisterAsync(Handler);
        await HoldAsync();
        await ChangeAsync(Of("receiver") with { NodeId = new NodeId("") }, ConditionChange.Opened);

        var delivery = await ClaimAsync();

        delivery.Entry.NodeId.Value.Should().BeEmpty();
        await SucceedAsync(delivery);
        (await Administration.ListNodeStatesAsync(Token)).Should().BeEmpty("a condition says nothing of a node's status");
    }

    [Fact]
    public async Task Text_OfAnyKind_ComesBackAsItWas()
    {
        await HoldAsync();
        var strange = Of("node-a") with { Message = "back\\slash, \u0000, \ud83d\ude00 and 'quotes'", Remedy = null };

        await ChangeAsync(strange, ConditionChange.Opened);

        (await Administration.ListConditionsAsync(closed: false, Token)).Should().Equal(strange with { ToldAt = Time.GetUtcNow() });
    }

    private Task<bool> HoldAsync() => Conditions.HoldAsync(_duty, TimeSpan.FromMinutes(1), Token);

    private Task<bool> ChangeAsync(Condition condition, ConditionChange change) => Conditions.ChangeAsync(condition, change, Time.GetUtcNow(), _duty, Token);

    private static Condition Of(string subject) => new()
    {
        Kind = ConditionKind.NodeLocked,
        Subject = subject,
        NodeId = new NodeId(subject),
        Severity = ConditionSeverity.Critical,
        Message = $"The node {subject} is locked.",
        Remedy = "Unlock it.",
        Since = TestEntry.Noon,
    };
}
