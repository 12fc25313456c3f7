namespace ThunderStack.Webhooks.Dashboard.Tests.Scenes;

/// <summary>A receiver for scenes that do not disturb each other.</summary>
public sealed class SharedReceiver : IAsyncLifetime
{
    internal DashboardReceiver Receiver { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Receiver = await DashboardReceiver.StartAsync();

    public ValueTask DisposeAsync() => Receiver.DisposeAsync();
}
