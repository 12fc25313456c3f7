using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ThunderStack.Webhooks.Receiver.Tests.Handlers;

/// <summary>An HTTP server that keeps connections, and closes one in place of an answer.</summary>
internal sealed class ClosingServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Func<int, Reply> _script;
    private readonly Task _accepting;
    private int _connections;

    /// <param name="script">What happens to each request, counted from 1.</param>
    public ClosingServer(Func<int, Reply> script)
    {
        _script = script;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public enum Reply
    {
        /// <summary>204, and the connection is kept.</summary>
        Answer,

        /// <summary>The request is read and the connection ends.</summary>
        Close,

        /// <summary>The connection is reset while the request is on its way.</summary>
        Reset,
    }

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/hook");

    /// <summary>The head of each request, and the number of the connection that it came over.</summary>
    public ConcurrentQueue<(int Connection, string Head)> Requests { get; } = new();

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Dispose();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        var serving = new List<Task>();
        try
        {
            while (true)
            {
                serving.Add(ServeAsync(await _listener.AcceptSocketAsync(_stopping.Token), ++_connections));
            }
        }
        finally
        {
            await Task.WhenAll(serving).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ServeAsync(Socket socket, int connection)
    {
        using var closing = socket;
        await using var stream = new NetworkStream(socket);
        using var reader = new StreamReader(stream, Encoding.Latin1);
        while (await ReadHeadAsync(reader) is { } head)
        {
            Requests.Enqueue((connection, head));
            var reply = _script(Requests.Count);
            if (reply == Reply.Reset)
            {
                socket.LingerState = new LingerOption(enable: true, seconds: 0);
                return;
            }

            var line = head.Split('\n').Single(header => header.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase));
            await reader.ReadBlockAsync(new char[int.Parse(line.Split(':')[1], CultureInfo.InvariantCulture)], _stopping.Token);
            if (reply == Reply.Close)
            {
                return;
            }

            await stream.WriteAsync("HTTP/1.1 204 No Content\r\n\r\n"u8.ToArray(), _stopping.Token);
        }
    }

    private async Task<string?> ReadHeadAsync(StreamReader reader)
    {
        var head = new StringBuilder();
        while (await reader.ReadLineAsync(_stopping.Token) is { } line)
        {
            if (line.Length == 0)
            {
                return head.ToString();
            }

            head.Append(line).Append('\n');
        }

        return null;
    }
}
