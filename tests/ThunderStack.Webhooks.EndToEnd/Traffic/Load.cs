using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net;
using ThunderStack.Webhooks.Testing;

namespace ThunderStack.Webhooks.EndToEnd.Traffic;

/// <summary>
/// Senders on connections of their own, each with nodes of its own. A node's next event is sent when the one before was
/// answered 200; until then the same one is sent again, through crashes and refusals. So what was acknowledged is told by
/// one number a node, and everything up to it has to be there, once and in order.
/// </summary>
internal sealed class Load : IAsyncDisposable
{
    private const int Senders = 8;
    private const int NodesPerSender = 3;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<string, long> _acknowledged = new();
    private readonly ConcurrentQueue<string> _unexpected = new();
    private readonly List<Task> _senders = [];
    private long _total;
    private long _refused;
    private long _broken;
    private volatile Uri? _target;

    public static ImmutableArray<string> AllNodes { get; } = [.. Enumerable.Range(0, Senders).SelectMany(NodesOf)];

    /// <summary>Where events are sent; <see langword="null"/> while there is nobody to send to.</summary>
    public Uri? Target
    {
        get => _target;
        set => _target = value;
    }

    /// <summary>Up to which number each node's events were answered 200.</summary>
    public IReadOnlyDictionary<string, long> Acknowledged => _acknowledged;

    /// <summary>How many events were answered 200.</summary>
    public long Total => Volatile.Read(ref _total);

    /// <summary>How many times the answer was 503.</summary>
    public long Refused => Volatile.Read(ref _refused);

    /// <summary>How many times there was no answer.</summary>
    public long Broken => Volatile.Read(ref _broken);

    /// <summary>Answers other than 200 and 503.</summary>
    public IReadOnlyCollection<string> Unexpected => _unexpected;

    public void Start()
    {
        for (var sender = 0; sender < Senders; sender++)
        {
            var nodes = NodesOf(sender).ToArray();
            _senders.Add(Task.Run(() => SendAsync(nodes)));
        }
    }

    /// <summary>Lets the senders go; an event that was not answered yet stays unacknowledged.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_senders);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
    }

    private static IEnumerable<string> NodesOf(int sender) =>
        Enumerable.Range(0, NodesPerSender).Select(node => $"node-{sender}-{node}");

    private async Task SendAsync(string[] nodes)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false });
        for (var turn = 0; !_stop.IsCancellationRequested; turn++)
        {
            var node = nodes[turn % nodes.Length];
            var next = new NumberedEvent(node, _acknowledged.GetValueOrDefault(node) + 1);
            var delivery = next.Sign();
            var (body, signature) = (delivery.Body, delivery.Signature!);
            while (!_stop.IsCancellationRequested)
            {
                if (await IsAcceptedAsync(http, body, signature))
                {
                    _acknowledged[node] = next.Number;
                    Interlocked.Increment(ref _total);
                    break;
                }

                await Task.Delay(Pause, TimeProvider.System, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task<bool> IsAcceptedAsync(HttpClient http, byte[] body, string signature)
    {
        if (_target is not { } target)
        {
            return false;
        }

        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, target) { Content = new ByteArrayContent(body) };
            request.Headers.TryAddWithoutValidation(SignedDelivery.SignatureHeader, signature);

            // The status line is the promise: what follows it may be cut off.
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, _stop.Token);
            switch (response.StatusCode)
            {
                case HttpStatusCode.OK:
                    return true;
                case HttpStatusCode.ServiceUnavailable:
                    Interlocked.Increment(ref _refused);
                    return false;
                default:
                    _unexpected.Enqueue($"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync(_stop.Token)}");
                    return false;
            }
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException or IOException)
        {
            Interlocked.Increment(ref _broken);
            return false;
        }
    }
}
