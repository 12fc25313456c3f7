using System.Net;
using System.Net.Sockets;

namespace ThunderStack.Webhooks.Testing.PostgreSql;

/// <summary>What becomes of connections.</summary>
public enum ConnectionFault
{
    /// <summary>They work.</summary>
    None,

    /// <summary>New ones are refused, and those there are break.</summary>
    Refuse,

    /// <summary>Nothing goes through, and nothing is closed.</summary>
    Hang,

    /// <summary>What is sent arrives but for its end; then nothing goes through, and nothing is closed: a machine that is paused.</summary>
    Pause,

    /// <summary>Those there are break; new ones work.</summary>
    Reset,

    /// <summary>What is sent arrives; the next answer is lost, and with it the connection.</summary>
    LoseAnswer,
}

/// <summary>A TCP proxy that fails as networks do.</summary>
public sealed class FaultyProxy : IAsyncDisposable
{
    // The message that ends a batch, and with it commits: its kind and its length.
    private const int EndOfRequest = 1 + 4;

    private readonly int _target;
    private readonly Lock _gate = new();
    private readonly HashSet<Socket> _sockets = [];
    private readonly CancellationTokenSource _closing = new();
    private TaskCompletionSource _calm = Completed();
    private Socket? _listener;
    private volatile ConnectionFault _fault;

    private FaultyProxy(int target) => _target = target;

    public int Port { get; private set; }

    /// <summary>Starts one in front of a port of this machine.</summary>
    public static FaultyProxy Start(int target)
    {
        var proxy = new FaultyProxy(target);
        proxy.Listen();
        return proxy;
    }

    /// <summary>From now on connections fail like this.</summary>
    public void Set(ConnectionFault fault)
    {
        lock (_gate)
        {
            _fault = fault;
            if (fault is ConnectionFault.Hang or ConnectionFault.Pause)
            {
                _calm = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                return;
            }

            _calm.TrySetResult();
            if (fault is ConnectionFault.Refuse or ConnectionFault.Reset)
            {
                Break();
            }

            if (fault == ConnectionFault.Refuse)
            {
                _listener?.Dispose();
                _listener = null;
            }
            else if (_listener is null)
            {
                Listen();
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        lock (_gate)
        {
            _calm.TrySetResult();
            _listener?.Dispose();
            Break();
        }
    }

    private static TaskCompletionSource Completed()
    {
        var completed = new TaskCompletionSource();
        completed.SetResult();
        return completed;
    }

    private void Listen()
    {
        _listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        _listener.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, Port));
        _listener.Listen();
        Port = ((IPEndPoint)_listener.LocalEndPoint!).Port;
        _ = AcceptAsync(_listener);
    }

    private async Task AcceptAsync(Socket listener)
    {
        try
        {
            while (true)
            {
                var client = await listener.AcceptAsync(_closing.Token);
                _ = ServeAsync(client);
            }
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // It listens no more.
        }
    }

    private async Task ServeAsync(Socket client)
    {
        var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        client.NoDelay = true;
        lock (_gate)
        {
            _sockets.Add(client);
            _sockets.Add(server);
        }

        try
        {
            await server.ConnectAsync(IPAddress.Loopback, _target, _closing.Token);
            await Task.WhenAny(PumpAsync(client, server, isAnswer: false), PumpAsync(server, client, isAnswer: true));
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // Broken, as it was told.
        }
        finally
        {
            lock (_gate)
            {
                _sockets.Remove(client);
                _sockets.Remove(server);
            }

            Reset(client);
            Reset(server);
        }
    }

    private async Task PumpAsync(Socket from, Socket to, bool isAnswer)
    {
        var buffer = new byte[65_536];
        try
        {
            while (await from.ReceiveAsync(buffer, _closing.Token) is var count && count > 0)
            {
                var passed = 0;
                if (_fault == ConnectionFault.Pause && !isAnswer && count > EndOfRequest)
                {
                    passed = count - EndOfRequest;
                    await to.SendAsync(buffer.AsMemory(0, passed), _closing.Token);
                }

                await _calm.Task;
                if (isAnswer && _fault == ConnectionFault.LoseAnswer)
                {
                    return;
                }

                await to.SendAsync(buffer.AsMemory(passed, count - passed), _closing.Token);
            }
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // Broken, as it was told.
        }
    }

    private void Break()
    {
        foreach (var socket in _sockets)
        {
            Reset(socket);
        }
    }

    private static void Reset(Socket socket)
    {
        try
        {
            // Without a farewell: the other side sees a reset.
            socket.LingerState = new LingerOption(true, 0);
            socket.Dispose();
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // Closed already.
        }
    }
}
