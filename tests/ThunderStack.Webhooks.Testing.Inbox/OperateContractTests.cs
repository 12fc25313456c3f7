using FluentAssertions;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Inbox;
using Xunit;

namespace ThunderStack.Webhooks.Testing.Inbox;

/// <summary>What failed and how often, what was done about it, and by whom.</summary>
public abstract class OperateContractTests : InboxContractTests
{
    [Fact]
    public async Task Every_attempt_that_failed_is_kept()
    {
        await RegisterAsync(Handler);
        var entry = TestEntry.Create();
        await StoreAsync(entry);
        await FailAsync(DeliveryOutcome.Retry, "503");
        await PassAsync(TimeSpan.FromSeconds(1));
        await FailAsync(DeliveryOutcome.DeadLettered, "timeout");
        await Administration.ReplayAsync(new DeliveryFilter(), Token);
        await PassAsync(TimeSpan.FromSeconds(1));
        await FailAsync(DeliveryOutcome.DeadLettered, "503");

        var failed = await Administration.ListFailedAttemptsAsync(entry.Id, Token);

        failed.Select(attempt => (attempt.Attempt, attempt.ErrorCode)).Should().Equal((1, "503"), (2, "timeout"), (1, "503"));
        failed.Should().OnlyContain(attempt => attempt.Handler == Handler && attempt.Duration == TimeSpan.FromMilliseconds(250) && attempt.Error == "it failed");
        (await Administration.ListDeliveriesAsync(entry.Id, Token)).Single().ErrorCode.Should().Be("503");
    }

    [Fact]
    public async Task Failed_attempts_go_with_their_event()
    {
        await RegisterAsync(Handler);
        var entry = TestEntry.Create();
        await StoreAsync(entry, TestEntry.Create("other", receivedAt: TestEntry.Noon.AddDays(60)));
        await FailAsync(DeliveryOutcome.DeadLettered, "503");
        await Administration.DiscardAsync(new DeliveryFilter(), Token);
        await SucceedAsync(await ClaimAsync());

        await Administration.ApplyRetentionAsync(TestEntry.Noon.AddDays(30), Token);

        (await Administration.FindAsync(entry.Id, Token)).Should().BeNull();
        (await Administration.ListFailedAttemptsAsync(entry.Id, Token)).Should().BeEmpty();
    }

    [Fact]
    public async Task Dead_letters_are_grouped_by_what_failed()
    {
        await RegisterAsync(Handler, OtherHandler);
        var entries = TestEntry.CreateMany(3);
        await StoreAsync(entries);
        foreach (var (code, i) in new[] { "503", "timeout", "503" }.Select((code, i) => (code, i)))
        {
            await FailAsync(DeliveryOutcome.DeadLettered, code);
            Time.Advance(TimeSpan.FromMinutes(1));
        }

        await FailAsync(DeliveryOutcome.DeadLettered, "503", OtherHandler);

        var groups = await Administration.ListFailuresAsync(Token);

        groups.Select(group => (group.Handler, group.ErrorCode, group.Count)).Should().BeEquivalentTo(
            [(Handler, "503", 2), (Handler, "timeout", 1), (OtherHandler, "503", 1)]);
        groups[0].Should().Match<FailureGroup>(group =>
            group.Oldest == TestEntry.Noon && group.Newest == TestEntry.Noon.AddMinutes(2) && group.Error == "it failed");
        groups[0].Example.Should().Be(entries[2].Id);
    }

    [Fact]
    public async Task What_was_counted_is_what_is_replayed_and_twice_changes_nothing()
    {
        await RegisterAsync(Handler);
        await StoreAsync(TestEntry.CreateMany(3));
        await FailAsync(DeliveryOutcome.DeadLettered, "503");
        await FailAsync(DeliveryOutcome.DeadLettered, "timeout");
        var counted = new DeliveryFilter { AsOf = Time.GetUtcNow() };
        Time.Advance(TimeSpan.FromSeconds(1));
        await FailAsync(DeliveryOutcome.DeadLettered, "503");

        (await Administration.CountAsync(new DeliveryFilter(), Token)).Should().Be(3);
        (await Administration.CountAsync(new DeliveryFilter { ErrorCode = "503" }, Token)).Should().Be(2);
        (await Administration.CountAsync(counted, Token)).Should().Be(2);
        (await Administration.ReplayAsync(counted, Token)).Should().Be(2);
        (await Administration.ReplayAsync(counted, Token)).Should().Be(0);
        (await Administration.CountAsync(counted, Token)).Should().Be(0);
        (await Administration.ListDeadLettersAsync(10, Token)).Should().ContainSingle("that one came later");
    }

    [Fact]
    public async Task Replay_asked_for_twice_at_once_hands_nothing_out_twice()
    {
        await RegisterAsync(Handler);
        var entries = TestEntry.CreateMany(20, node: "node-a");
        await StoreManyAsync(entries);
        for (var i = 0; i < entries.Length; i++)
        {
            await FailAsync(DeliveryOutcome.DeadLettered, "503");
        }

        var counts = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Administration.ReplayAsync(new DeliveryFilter(), Token)));

        counts.Sum().Should().Be(entries.Length);
        IdsOf(await HandleAsync(entries.Length)).Should().Equal(entries.Select(entry => entry.Id));
        await ShouldHaveNothingAsync();
    }

    [Fact]
    public async Task Attempts_are_counted_in_stretches_of_five_minutes()
    {
        await RegisterAsync(Handler);
        await StoreAsync(TestEntry.CreateMany(4));
        await SucceedAsync(await ClaimAsync());
        await FailAsync(DeliveryOutcome.DeadLettered, "503");
        Time.Advance(TimeSpan.FromMinutes(5));
        await SucceedAsync(await ClaimAsync());
        await SucceedAsync(await ClaimAsync());

        await RestartAsync();

        (await Administration.ListRatesAsync(TestEntry.Noon.AddHours(-1), Token)).Should().Equal(
            new HandlerRate(Handler, TestEntry.Noon, 1, 1, 1), new HandlerRate(Handler, TestEntry.Noon.AddMinutes(5), 2, 0, 0));
        (await Administration.ListRatesAsync(TestEntry.Noon.AddMinutes(5), Token)).Should().ContainSingle("the other one has ended by then");
    }

    [Fact]
    public async Task Pause_is_stored_and_ended_once()
    {
        await RegisterAsync(Handler, OtherHandler);

        (await Administration.PauseAsync("nobody", "ops", Token)).Should().BeFalse();
        (await Administration.PauseAsync(Handler, "ops", Token)).Should().BeTrue();
        (await Administration.PauseAsync(Handler, "someone else", Token)).Should().BeFalse();
        Inbox.PausedHandlers.Should().Equal(Handler);

        await RestartAsync();
        await RegisterAsync(Handler, OtherHandler);

        Inbox.PausedHandlers.Should().Equal(Handler);
        (await Administration.ListHandlersAsync(Token)).Should().Equal(new HandlerRecord(Handler, TestEntry.Noon, "ops"), new HandlerRecord(OtherHandler, null, null));
        (await Administration.ResumeAsync(Handler, Token)).Should().BeTrue();
        (await Administration.ResumeAsync(Handler, Token)).Should().BeFalse();
        Inbox.PausedHandlers.Should().BeEmpty();
    }

    [Fact]
    public async Task Audit_is_listed_latest_first()
    {
        var first = new AuditRecord(TestEntry.Noon, "ops", "handlers.pause", Handler, "paused");
        var second = new AuditRecord(TestEntry.Noon.AddSeconds(1), "ops", "deliveries.replay", "handler=first", "3 deliveries");
        await Administration.RecordAsync(first, Token);
        await Administration.RecordAsync(second, Token);

        (await Administration.ListAuditAsync(10, Token)).Should().Equal(second, first);
        (await Administration.ListAuditAsync(1, Token)).Should().Equal(second);
    }

    private async Task FailAsync(DeliveryOutcome outcome, string code, string handler = Handler) => await SettleAsync(
        await ClaimAsync(handler),
        new Settlement(outcome, Time.GetUtcNow(), Error: "it failed") { ErrorCode = code, Duration = TimeSpan.FromMilliseconds(250) });
}
