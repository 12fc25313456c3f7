using System.Net.Sockets;
using System.Text;

namespace ThunderStack.Webhooks.EndToEnd.Shutdown;

/// <summary>A stranger whose request never ends, and comes just fast enough to be waited for.</summary>
internal sealed class DrippingSender : IAsyncDisposable
{
    private const int BodyBytes = 60_000;
    private const int DropBytes = 64;

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private readonly TcpClient _client;
    private readonly CancellationTokenSource _ending = new();
    private readonly Task _dripping;

    private DrippingSender(TcpClient client)
    {
        _client = client;
        _dripping = DripAsync();
    }

    /// <summary>Returns once the first drops are on their way.</summary>
    public static async Task<DrippingSender> StartAsync(Uri receiver)
    {
        var client = new TcpClient();
        await client.ConnectAsync(receiver.Host, receiver.Port, TestContext.Current.CancellationToken);

        // 100 Continue is sent when the receiver begins to read: from then on it waits for this sender.
        var head = $"POST /webhooks/thunderstack HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nX-ThunderStack-Signature: {Convert.ToBase64String(new byte[256])}\r\n"
            + $"Content-Length: {BodyBytes}\r\n\r\n";
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(head), TestContext.Current.CancellationToken);
        await client.GetStream().ReadExactlyAsync(new byte["HTTP/1.1 100 Continue\r\n\r\n".Length], TestContext.Current.CancellationToken);
        return new DrippingSender(client);
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _dripping;
        _client.Dispose();
        _ending.Dispose();
    }

    private async Task DripAsync()
    {
        using var timer = new PeriodicTimer(Interval);
        try
        {
            do
            {
                await _client.GetStream().WriteAsync(new byte[DropBytes], _ending.Token);
            }
            while (await timer.WaitForNextTickAsync(_ending.Token));
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            // The receiver is gone, or the test is over.
        }
    }
}
