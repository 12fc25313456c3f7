using ThunderStack.Webhooks.Cli.Tests.Running;
using ThunderStack.Webhooks.Testing;

namespace ThunderStack.Webhooks.Cli.Tests.Doctor;

/// <summary>A cloud with node-a and node-b, and a receiver for node-a that has its key.</summary>
public sealed class ClinicServers : IAsyncLifetime
{
    private readonly TemporaryDirectory _inbox = new();

    internal RunningEmulator Cloud { get; private set; } = null!;

    internal RunningReceiver Receiver { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Cloud = await RunningEmulator.StartAsync(("Nodes:0:NodeId", "node-a"), ("Nodes:1:NodeId", "node-b"), ("ApiToken", "the-token"));
        Receiver = await RunningReceiver.StartAsync(
            _inbox.File("inbox.db"), ("PublicKey:Pinned:0", null), ("Cloud:BaseAddress", Cloud.Url), ("Cloud:ApiToken", "the-token"));
    }

    public async ValueTask DisposeAsync()
    {
        await Receiver.DisposeAsync();
        await Cloud.DisposeAsync();
        _inbox.Dispose();
    }
}
