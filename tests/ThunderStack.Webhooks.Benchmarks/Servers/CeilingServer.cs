using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ThunderStack.Webhooks.Benchmarks.Servers;

/// <summary>Answers every request without looking at it: a rate that only the load generator and the kernel limit.</summary>
internal static class CeilingServer
{
    private const string Body = """{"message":"Webhook event processed successfully"}""";

    private static readonly byte[] Answer =
        Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {Body.Length}\r\n\r\n{Body}");

    public static void Run(int port)
    {
        using var listener = new TcpListener(IPAddress.Loopback, port);
        listener.Start();
        while (true)
        {
            var connection = listener.AcceptSocket();
            new Thread(() => Serve(connection)) { IsBackground = true }.Start();
        }
    }

    // A request is small and sent at once, so it arrives in one piece.
    private static void Serve(Socket connection)
    {
        connection.NoDelay = true;
        using (connection)
        {
            var request = new byte[8192];
            while (connection.Receive(request) > 0)
                connection.Send(Answer);
        }
    }
}
