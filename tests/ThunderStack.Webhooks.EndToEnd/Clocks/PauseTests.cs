using ThunderStack.Webhooks.Testing.Clocks;
using ThunderStack.Webhooks.Testing.PostgreSql;

namespace ThunderStack.Webhooks.EndToEnd.Clocks;

/// <remarks>The count is that of CI. The whole campaign: <c>THUNDERSTACK_PAUSES=20</c>.</remarks>
[Collection("Waiting")]
public sealed class PauseTests
{
    [Fact]
    public async Task A_replica_whose_machine_was_paused_begins_nothing_that_another_has_begun()
    {
        Campaign.Require(PostgreSqlCluster.Missing is null, PostgreSqlCluster.Missing ?? "");
        Campaign.Require(FakeClock.Missing is null, FakeClock.Missing ?? "");
        await using var site = await PausedSite.StartAsync();

        var begunAgain = new List<string>();
        for (var paused = 0; paused < Campaign.Pauses; paused += PausedSite.Pausable)
        {
            begunAgain.AddRange(await site.PauseAsync());
        }

        begunAgain.Should().BeEmpty();
        await site.UntilDrainedAsync();
    }
}
