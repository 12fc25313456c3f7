using System.Net;
using System.Net.Sockets;

namespace ThunderStack.Webhooks.Testing.PostgreSql;

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
}
