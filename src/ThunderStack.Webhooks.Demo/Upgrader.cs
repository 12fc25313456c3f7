using ThunderStack.Cloud;

namespace ThunderStack.Webhooks.Demo;

/// <summary>The node's owner, who upgrades it and thinks no more of it.</summary>
internal static class Upgrader
{
    private static readonly TimeSpan Delay = TimeSpan.FromSeconds(4);

    public static async Task UpgradeAsync(DemoArguments arguments, string token, Narrator narrator, CancellationToken cancellationToken)
    {
        await using var services = new ServiceCollection()
            .AddThunderStackCloud(options => (options.BaseAddress, options.ApiToken) = (arguments.EmulatorUrl, token))
            .BuildServiceProvider();
        try
        {
            await Task.Delay(Delay, TimeProvider.System, cancellationToken);
            await services.GetRequiredService<ThunderStackCloudClient>().Nodes.UpgradeAsync(DemoApplication.WalletNodeId, cancellationToken);
            narrator.Say("owner", ConsoleColor.Yellow, $"Upgraded {DemoApplication.WalletNodeId}: it will be RUNNING in a moment, and locked");
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The demo ends.
        }
        catch (ThunderStackCloudException problem)
        {
            narrator.Say("owner", ConsoleColor.Yellow, problem.Message);
        }
    }
}
