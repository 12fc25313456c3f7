using System.Net.Sockets;
using System.Text;

namespace ThunderStack.Webhooks.AspNetCore.Tests;

/// <summary>A connection that sends what no HTTP client would.</summary>
internal sealed class RawConnection : IDisposable
{
    private const int BufferSize = 4096;

    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp);

    public static async Task<RawConnection> OpenAsync(Uri address, string text = "")
    {
        var connection = new RawConnection();
        try
        {
            await connection._socket.ConnectAsync(address.Host, address.Port, TestContext.Current.CancellationToken);
            await connection.SendAsync(text);
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.ConnectionReset)
        {
            // Ended by the server before it was any use: whoever reads finds the end.
        }

        return connection;
    }

    /// <summary>The head of a webhook.</summary>
    public static string Head(string signature, int contentLength, string more = "") =>
        $"POST {WebhookHost.Path} HTTP/1.1\r\nHost: x\r\nX-ThunderStack-Signature: {signature}\r\nContent-Length: {contentLength}\r\n{more}\r\n";

    public async Task SendAsync(string text) => await _socket.SendAsync(Encoding.Latin1.GetBytes(text), TestContext.Current.CancellationToken);

    /// <summary>Reads until the text has come, or the connection ends. Returns all that came.</summary>
    public async Task<string> ReadToAsync(string text)
    {
        var received = new StringBuilder();
        var buffer = new byte[BufferSize];
        try
        {
            while (text.Length == 0 || !received.ToString().Contains(text, StringComparison.Ordinal))
            {
                var count = await _socket.ReceiveAsync(buffer, TestContext.Current.CancellationToken);
                if (count == 0)
                {
                    break;
                }

                received.Append(Encoding.Latin1.GetString(buffer, 0, count));
            }
        }
        catch (SocketException)
        {
            // Reset: an end as well.
        }

        return received.ToString();
    }

    /// <summary>Reads until the server ends the connection.</summary>
    public Task<string> ReadToEndAsync() => ReadToAsync("");

    /// <summary>Ends it without a goodbye.</summary>
    public void Reset() => _socket.Close(0);

    public void Dispose() => _socket.Dispose();
}
