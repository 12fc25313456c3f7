using Microsoft.Extensions.DependencyInjection;
using ThunderStack.Webhooks.Dispatch;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Notify.Notices;

namespace ThunderStack.Webhooks.Notify.Tests.Notices;

public sealed class NoticeWriterTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("FAILED", "Node alice has failed", nameof(NoticeSeverity.Critical))]
    [InlineData("RUNNING", "Node alice is running", nameof(NoticeSeverity.Recovered))]
    [InlineData("PAUSED", "Node alice is paused", nameof(NoticeSeverity.Info))]
    [InlineData("IN_PROGRESS", "Node alice is being changed", nameof(NoticeSeverity.Info))]
    [InlineData("DESTROING", "Node alice is being destroyed", nameof(NoticeSeverity.Info))]
    [InlineData("TOMORROW", "Node alice is TOMORROW", nameof(NoticeSeverity.Info))]
    public async Task A_status_has_words_and_a_severity(string status, string title, string severity)
    {
        var notice = await WriteAsync(Update(status));

        notice.Title.Should().Be(title);
        notice.Severity.ToString().Should().Be(severity);
        notice.Fields.Select(field => $"{field.Name}={field.Value}").Should().Contain(["Node=node-a (alice)", $"Status={status}", "Time=2026-01-01 12:00:00 UTC"]);
    }

    [Fact]
    public async Task A_recovery_says_how_long_it_had_failed() =>
        (await WriteAsync(Update("RUNNING"), new NoticePast([], Noon.AddMinutes(-125)))).Text.Should().Be("It was down for 2 h 5 min.");

    [Fact]
    public async Task A_reconciled_event_says_so() =>
        (await WriteAsync(Update("FAILED") with { Source = EventSource.Reconciled })).Text.Should().Be("The cloud says so; its webhook never came.");

    [Fact]
    public async Task A_condition_that_opens_says_what_to_do()
    {
        var notice = await WriteAsync(Condition(ConditionChange.Opened));

        notice.Title.Should().Be("Node locked: alice");
        notice.Text.Should().Be("The node runs and is locked.\nUnlock it.");
        notice.Severity.Should().Be(NoticeSeverity.Critical);
    }

    [Fact]
    public async Task A_condition_that_closes_says_how_long_it_was_open()
    {
        var notice = await WriteAsync(Condition(ConditionChange.Closed));

        notice.Title.Should().Be("Closed: Node locked: alice");
        notice.Text.Should().Be("The node runs and is locked.\nIt was open for 4 h.");
        notice.Severity.Should().Be(NoticeSeverity.Recovered);
    }

    [Fact]
    public async Task A_reminder_says_how_long_it_has_been_open()
    {
        var notice = await WriteAsync(Condition(ConditionChange.Reminded));

        notice.Title.Should().Be("Still open: Node locked: alice");
        notice.Text.Should().Be("The node runs and is locked.\nIt has been open for 4 h.\nUnlock it.");
    }

    [Fact]
    public void Events_of_other_types_are_told_to_whoever_asks_for_them()
    {
        var other = new UnknownWebhookEvent { Id = default, EventType = "X", NodeId = new NodeId("node-a") };

        new NoticeTexts(null, null, isFiltered: false).Tells(other).Should().BeFalse();
        new NoticeTexts(null, null, isFiltered: true).Tells(other).Should().BeTrue();
    }

    [Theory]
    [InlineData(0, "less than a second")]
    [InlineData(-5, "less than a second")]
    [InlineData(59, "59 s")]
    [InlineData(60, "1 min")]
    [InlineData(3725, "1 h 2 min")]
    [InlineData(86_400 + 5, "1 d")]
    [InlineData(90_000, "1 d 1 h")]
    public void A_duration_is_its_two_largest_units(int seconds, string shown) => NoticeTime.Of(TimeSpan.FromSeconds(seconds)).Should().Be(shown);

    [Theory]
    [InlineData("ab😀cd", 6, "ab😀cd")]
    [InlineData("ab😀cd", 5, "ab😀…")]
    [InlineData("ab😀cd", 4, "ab…")]
    [InlineData("ab😀cd", 1, "…")]
    public void What_is_cut_ends_with_an_ellipsis_and_never_with_half_a_character(string text, int limit, string fitted) =>
        NoticeText.Fit(text, limit).Should().Be(fitted);

    private static async Task<Notice> WriteAsync(WebhookEvent webhookEvent, NoticePast? past = null)
    {
        await using var host = await NotifyHost.StartAsync([]);
        var context = new DeliveryContext
        {
            EventId = webhookEvent.Id,
            Handler = "team",
            Attempt = 1,
            ReceivedAt = Noon,
            IsStale = false,
            Body = default,
            Signature = default,
        };
        return host.Services.GetRequiredService<NoticeWriter>().Write(webhookEvent, context, past ?? NoticePast.None);
    }

    private static NodeStatusUpdated Update(string status) => new()
    {
        Id = default,
        EventType = NodeStatusUpdated.TypeName,
        NodeId = new NodeId("node-a"),
        Timestamp = Noon,
        Status = new NodeStatus(status),
    };

    private static ConditionChanged Condition(ConditionChange change) => new()
    {
        Id = default,
        EventType = "CONDITION_OPENED",
        NodeId = new NodeId("node-a"),
        Timestamp = Noon,
        Kind = new ConditionKind("NodeLocked"),
        Subject = "node-a",
        Change = change,
        Since = Noon.AddHours(-4),
        Severity = ConditionSeverity.Critical,
        Message = "The node runs and is locked.",
        Remedy = "Unlock it.",
    };
}
