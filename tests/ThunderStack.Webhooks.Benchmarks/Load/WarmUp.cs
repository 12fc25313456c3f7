using System.Net.Sockets;
using ThunderStack.Webhooks.Benchmarks.Servers;
using ThunderStack.Webhooks.Benchmarks.Signing;

namespace ThunderStack.Webhooks.Benchmarks.Load;

/// <summary>Brings a server that was just started to the speed that it will have for long.</summary>
/// <remarks>
/// In bursts, with a rest after each: the JIT compiles anew, better each time, what the burst before has shown to matter, and
/// on a busy core its thread would get there late.
/// </remarks>
internal static class WarmUp
{
    private const int Bursts = 4;

    /// <summary>Waits until the server answers the first event of a range, and then sends it the others.</summary>
    public static async Task RunAsync(ServerProcess server, BenchmarkOptions options, SignedEvents events, Range range)
    {
        var (first, count) = range.GetOffsetAndLength(events.Count);
        await server.WaitUntilReadyAsync(() => CanSend(server, events, first));
        for (var burst = 0; burst < Bursts; burst++)
        {
            var part = (first + Math.Max(1, count * burst / Bursts))..(first + count * (burst + 1) / Bursts);
            LoadGenerator.Run([server.EndPoint], options.Connections, events, part, TimeSpan.FromSeconds(options.Seconds));
            await server.WaitUntilIdleAsync();
        }
    }

    private static bool CanSend(ServerProcess server, SignedEvents events, int index)
    {
        try
        {
            return LoadGenerator.Run([server.EndPoint], connections: 1, events, index..(index + 1), TimeSpan.MaxValue).Accepted == 1;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
