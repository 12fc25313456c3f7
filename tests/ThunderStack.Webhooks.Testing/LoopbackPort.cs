using System.Net;
using System.Net.Sockets;

namespace ThunderStack.Webhooks.Testing;

/// <summary>For servers that cannot choose their port themselves.</summary>
public static class LoopbackPort
{
    // Below the ports that the system gives to connections and to servers that take any: one of those would soon be somebody else's.
    private const int First = 10_000;
    private const int End = 32_000;

    /// <summary>A port that nobody listens on at this moment.</summary>
    public static int FindFree()
    {
        while (true)
        {
            using var listener = new TcpListener(IPAddress.Loopback, Random.Shared.Next(First, End));
            try
            {
                listener.Start();
                return ((IPEndPoint)listener.LocalEndpoint).Port;
            }
            catch (SocketException)
            {
                // Taken.
            }
        }
    }

    /// <summary>Whether somebody listens on this port.</summary>
    public static async Task<bool> IsListeningAsync(int port)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
