using ThunderStack.Webhooks.EndToEnd.Failover;
using ThunderStack.Webhooks.EndToEnd.Traffic;
using ThunderStack.Webhooks.Testing.Clocks;
using ThunderStack.Webhooks.Testing.PostgreSql;

namespace ThunderStack.Webhooks.EndToEnd.Clocks;

[Collection("Waiting")]
public sealed class StepTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan Behind = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task A_server_whose_clock_is_set_or_replaced_keeps_no_delivery_waiting()
    {
        Campaign.Require(PostgreSqlCluster.Missing is null, PostgreSqlCluster.Missing ?? "");
        Campaign.Require(FakeClock.Missing is null, FakeClock.Missing ?? "");

        var steps = Task.WhenAll(StepAsync(Hour), StepAsync(TimeSpan.FromDays(2)));
        var standby = await FailOverToAnotherClockAsync();

        (await steps).Should().AllSatisfy(outcome => outcome.ShouldBeSound());
        standby.ShouldBeSound();
    }

    private static async Task<StepOutcome> StepAsync(TimeSpan size)
    {
        await using var site = await SteppedSite.StartAsync(size);
        return await site.StepAsync();
    }

    // To a standby whose clock is an hour behind, and back: a step in either direction.
    private static async Task<FailoverOutcome> FailOverToAnotherClockAsync()
    {
        await using var site = await FailoverSite.StartAsync("standby an hour behind", standbyAhead: -Hour);
        site.Recorder.Refuses = Attempt.IsOfThoseThatFail;
        await site.FailOverAsync(Behind, killReceivers: false);
        await site.FailOverAsync(Behind, killReceivers: false);
        await site.FailOverAsync(Behind, killReceivers: false);
        return await site.FinishAsync();
    }
}
