using System.Net;
using System.Net.Sockets;

namespace ThunderStack.Webhooks.Testing;

/// <summary>For servers that cannot choose their port themselves.</summary>
public static class LoopbackPort
{
    /// <summary>A port that nobody listens on at this moment.</summary>
    public static int FindFree()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
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
