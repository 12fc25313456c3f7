using System.Net;
using System.Net.Sockets;
using System.Runtime.ExceptionServices;

namespace ThunderStack.Cloud.Transport;

/// <summary>
/// Connects to a name with several addresses: the next one is tried when the one before has not answered within 250 ms, so
/// that an address that swallows packets does not use up the whole timeout.
/// </summary>
/// <remarks>Source: RFC 8305, sections 4 and 5.</remarks>
internal static class HappyEyeballs
{
    private static readonly TimeSpan AttemptDelay = TimeSpan.FromMilliseconds(250);

    /// <summary>For <see cref="SocketsHttpHandler.ConnectCallback"/>.</summary>
    public static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var addresses = await Dns.GetHostAddressesAsync(context.DnsEndPoint.Host, cancellationToken).ConfigureAwait(false);
        var socket = await ConnectAsync(Alternate(addresses), context.DnsEndPoint.Port, cancellationToken).ConfigureAwait(false);
        return new NetworkStream(socket, ownsSocket: true);
    }

    internal static async Task<Socket> ConnectAsync(
        IReadOnlyList<IPAddress> addresses, int port, CancellationToken cancellationToken)
    {
        using var attempts = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var running = new List<Task<Socket>>();
        Exception failure = new SocketException((int)SocketError.HostNotFound);
        try
        {
            for (var next = 0; next < addresses.Count || running.Count > 0;)
            {
                if (next < addresses.Count)
                {
                    running.Add(OpenAsync(addresses[next++], port, attempts.Token));
                }

                Task[] awaited = next < addresses.Count ? [.. running, Task.Delay(AttemptDelay, TimeProvider.System, attempts.Token)] : [.. running];
                if (await Task.WhenAny(awaited).ConfigureAwait(false) is Task<Socket> ended)
                {
                    running.Remove(ended);
                    if (ended.IsCompletedSuccessfully)
                    {
                        return await ended.ConfigureAwait(false);
                    }

                    failure = ended.Exception?.InnerException ?? failure;
                }

                cancellationToken.ThrowIfCancellationRequested();
            }

            ExceptionDispatchInfo.Throw(failure);
            throw failure;
        }
        finally
        {
            await attempts.CancelAsync().ConfigureAwait(false);
            running.ForEach(left => _ = CloseAsync(left));
        }
    }

    /// <summary>The families take turns, beginning with the one that the resolver prefers.</summary>
    internal static IReadOnlyList<IPAddress> Alternate(IReadOnlyList<IPAddress> addresses) =>
    [
        .. addresses
            .GroupBy(address => address.AddressFamily)
            .SelectMany((family, order) => family.Select((address, turn) => (address, turn, order)))
            .OrderBy(candidate => candidate.turn)
            .ThenBy(candidate => candidate.order)
            .Select(candidate => candidate.address),
    ];

    private static async Task<Socket> OpenAsync(IPAddress address, int port, CancellationToken cancellationToken)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(address, port, cancellationToken).ConfigureAwait(false);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Another address was faster; what still connects is closed when it has ended.</summary>
    private static async Task CloseAsync(Task<Socket> attempt)
    {
        await ((Task)attempt).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (attempt.IsCompletedSuccessfully)
        {
            (await attempt.ConfigureAwait(false)).Dispose();
        }
    }
}
