using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace ThunderStack.Webhooks.Benchmarks.Load;

/// <summary>One keep-alive connection with at most one request under way.</summary>
internal sealed class LoadConnection : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly ResponseReader _responses;
    private long _sent;

    public LoadConnection(IPEndPoint server)
    {
        _socket.Connect(server);
        _socket.Blocking = false;
        _responses = new ResponseReader(_socket);
    }

    public void Watch(ReadySockets sockets, int tag) => sockets.Watch(_socket, tag);

    public void Send(ReadOnlyMemory<byte> request)
    {
        _sent = Stopwatch.GetTimestamp();
        _socket.Send(request.Span);
    }

    /// <summary>Whether the answer is there; does not wait for it.</summary>
    public bool TryReceive(out int status, out TimeSpan latency)
    {
        var received = _responses.TryRead(out status);
        latency = received ? Stopwatch.GetElapsedTime(_sent) : default;
        return received;
    }

    public void Dispose() => _socket.Dispose();
}
