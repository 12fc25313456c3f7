using Microsoft.Extensions.Time.Testing;
using ThunderStack.Webhooks.Dispatch;
using ThunderStack.Webhooks.Inbox;

namespace ThunderStack.Webhooks.Tests.Dispatch;

public sealed class RetryScheduleTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    [Fact]
    public void Failed_WithDelaysLeft_IsRetriedAfterTheDelayAndUpToATenthMore()
    {
        var schedule = new RetrySchedule([TimeSpan.FromSeconds(10)], _time);

        var waits = Enumerable.Range(0, 200).Select(_ => schedule.Failed(1, new InvalidOperationException()).Delay).ToList();

        waits.Should().OnlyContain(w => w >= TimeSpan.FromSeconds(10) && w <= TimeSpan.FromSeconds(11));
        waits.Distinct().Should().HaveCountGreaterThan(10, "what failed together should not come back together");
    }

    [Fact]
    public void Failed_AfterTheLastDelay_IsADeadLetter() =>
        new RetrySchedule([TimeSpan.FromSeconds(10)], _time).Failed(2, new InvalidOperationException("x"))
            .Should().Be(new Settlement(DeliveryOutcome.DeadLettered, _time.GetUtcNow(), Error: "InvalidOperationException: x") { ErrorCode = "invalid_operation" });

    [Theory]
    [InlineData(5, 10)]
    [InlineData(600, 600)]
    [InlineData(1_000_000, 86_400)]
    public void Failed_WithARequestedDelay_WaitsTheLongerOfBothUpToADay(int requested, int expected)
    {
        var settlement = new RetrySchedule([TimeSpan.FromSeconds(10)], _time).Failed(1, new RetryAfterException(TimeSpan.FromSeconds(requested), "busy"));

        settlement.Delay.TotalSeconds.Should().BeInRange(expected, expected * 1.1);
        settlement.Error.Should().Be("busy");
    }

    [Fact]
    public void Failed_WithLinesInTheMessage_DescribesItInOneShortLine()
    {
        var error = new RetrySchedule([], _time).Failed(1, new InvalidOperationException("a\r\nb\u001b[31m" + new string('x', 10_000))).Error!;

        error.Should().StartWith("InvalidOperationException: a  b [31mx").And.HaveLength(500);
    }

    [Fact]
    public void Failed_WithASurrogatePairAtTheLimit_LeavesThePairOutWhole()
    {
        const string Prefix = "InvalidOperationException: ";

        var error = new RetrySchedule([], _time).Failed(1, new InvalidOperationException(new string('x', 499 - Prefix.Length) + "😀")).Error!;

        error.Should().HaveLength(499).And.EndWith("x");
    }

    [Fact]
    public void Failed_WithAnInnerCause_NamesIt()
    {
        var exception = new HttpRequestException("An error occurred while sending the request.", new IOException("The response ended prematurely."));

        new RetrySchedule([], _time).Failed(1, exception).Error.Should().Be(
            "HttpRequestException: An error occurred while sending the request. (IOException: The response ended prematurely.)");
    }
}
