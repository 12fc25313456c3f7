using System.Net.Sockets;
using System.Text;

namespace ThunderStack.Webhooks.EndToEnd.Attacks;

/// <summary>Connections of strangers, all at the same time.</summary>
internal sealed class Attackers : IAsyncDisposable
{
    private const int AtATime = 64;
    private const int BufferSize = 16 * 1024;

    private readonly Uri _receiver;
    private readonly List<Socket> _sockets = [];
    private readonly CancellationTokenSource _ending = new();
    private Task _attacks = Task.CompletedTask;

    private Attackers(Uri receiver) => _receiver = receiver;

    /// <summary>How many of the connections the receiver has ended.</summary>
    public int Closed => _sockets.Count(socket => socket.Poll(0, SelectMode.SelectRead) && socket.Available == 0);

    /// <summary>Opens so many connections, which send nothing yet.</summary>
    public static async Task<Attackers> ConnectAsync(Uri receiver, int count)
    {
        var attackers = new Attackers(receiver);
        foreach (var batch in Enumerable.Range(0, count).Chunk(AtATime))
        {
            attackers._sockets.AddRange(await Task.WhenAll(batch.Select(_ => attackers.OpenAsync())));
        }

        return attackers;
    }

    /// <summary>Each sends this, again and again when it is told to, and reads what is answered or does not.</summary>
    public void Send(byte[] bytes, bool repeats = false, bool reads = false) =>
        _attacks = Task.WhenAll(_sockets.Select(socket => Task.Run(() => AttackAsync(socket, bytes, repeats, reads))));

    /// <summary>Done when every one has sent all, or cannot.</summary>
    public Task Done => _attacks;

    /// <summary>Each of them, one after the other and on a new connection, sends this and hangs up.</summary>
    public static async Task HangUpAfterAsync(Uri receiver, int count, string text)
    {
        var attackers = new Attackers(receiver);
        foreach (var batch in Enumerable.Range(0, count).Chunk(AtATime))
        {
            await Task.WhenAll(batch.Select(async _ =>
            {
                using var socket = await attackers.OpenAsync();
                await socket.SendAsync(Encoding.Latin1.GetBytes(text));
                socket.Shutdown(SocketShutdown.Send);
                await ReadAsync(socket, attackers._ending.Token);
            }));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        foreach (var socket in _sockets)
        {
            socket.Dispose();
        }

        await _attacks;
        _ending.Dispose();
    }

    private static async Task ReadAsync(Socket socket, CancellationToken cancellationToken)
    {
        var buffer = new byte[BufferSize];
        try
        {
            while (await socket.ReceiveAsync(buffer, cancellationToken) > 0)
            {
            }
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // It is over.
        }
    }

    private async Task<Socket> OpenAsync()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(_receiver.Host, _receiver.Port, TestContext.Current.CancellationToken);
        return socket;
    }

    private async Task AttackAsync(Socket socket, byte[] bytes, bool repeats, bool reads)
    {
        var reading = reads ? ReadAsync(socket, _ending.Token) : Task.CompletedTask;
        try
        {
            do
            {
                await socket.SendAsync(bytes, _ending.Token);
            }
            while (repeats && !_ending.IsCancellationRequested);
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The receiver has closed it, or the attack is over.
        }

        await reading;
    }
}
