using ThunderStack.Webhooks.Testing.PostgreSql;

namespace ThunderStack.Webhooks.EndToEnd.Failover;

/// <remarks>The counts are those of CI. The whole campaign: <c>THUNDERSTACK_FAILOVERS=20</c>.</remarks>
[Collection("Waiting")]
public sealed class FailoverTests
{
    // In another order for each, so that few rounds see most of them.
    private static readonly int[] SecondsBehindRunning = [3, 1, 10, 0];
    private static readonly int[] SecondsBehindKilled = [0, 3, 1, 10];

    private static readonly TimeSpan BackupAge = TimeSpan.FromSeconds(4);

    [Fact]
    public async Task What_is_answered_200_after_a_failover_or_a_restore_that_lost_the_latest_is_handled()
    {
        Campaign.Require(PostgreSqlCluster.Missing is null, PostgreSqlCluster.Missing ?? "");

        var outcomes = await Task.WhenAll(FailOverAsync(killReceivers: false), FailOverAsync(killReceivers: true), RestoreAsync());

        outcomes.Should().AllSatisfy(outcome => outcome.ShouldBeSound());
        outcomes.Should().AllSatisfy(outcome => outcome.Lost.Should().BePositive("otherwise no server was behind: {0}", outcome));
    }

    private static async Task<FailoverOutcome> FailOverAsync(bool killReceivers)
    {
        await using var site = await FailoverSite.StartAsync(killReceivers ? "receivers killed" : "receivers run on");
        var behind = killReceivers ? SecondsBehindKilled : SecondsBehindRunning;
        for (var round = 0; round < Campaign.Failovers; round++)
        {
            await site.FailOverAsync(TimeSpan.FromSeconds(behind[round % behind.Length]), killReceivers);
        }

        return await site.FinishAsync();
    }

    private static async Task<FailoverOutcome> RestoreAsync()
    {
        await using var site = await FailoverSite.StartAsync("restore");
        await site.RestoreAsync(BackupAge);
        return await site.FinishAsync();
    }
}
