using Microsoft.Extensions.Hosting;

namespace ThunderStack.Webhooks.Testing;

/// <summary>Starts hosts of tests.</summary>
public static class HostExtensions
{
    /// <summary>Starts it. When that fails, which some tests are about, neither the host nor its folder stays.</summary>
    public static async Task StartInAsync(this IHost host, TemporaryDirectory directory)
    {
        try
        {
            await host.StartAsync();
        }
        catch
        {
            await ((IAsyncDisposable)host).DisposeAsync();
            directory.Dispose();
            throw;
        }
    }
}
