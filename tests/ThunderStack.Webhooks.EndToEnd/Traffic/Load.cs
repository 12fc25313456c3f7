using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using ThunderStack.Webhooks.Testing;

namespace ThunderStack.Webhooks.EndToEnd.Traffic;

/// <summary>
/// Senders on connections of their own, each with nodes of its own. A node's next event is sent when the one before was
/// answered 200; until then the same one is sent again, through crashes and refusals. So what was acknowledged is told by
/// one number a node, and everything up to it has to be there, once and in order.
/// </summary>
internal sealed class Load : IAsyncDisposable
{
    private const int DefaultSenders = 8;
    private const int DefaultNodes = 24;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<string, long> _acknowledged = new();
    private readonly ConcurrentQueue<string> _unexpected = new();
    private readonly List<Task> _senders = [];
    private long _total;
    private long _refused;
    private long _broken;
    private readonly int _count;
    private volatile Uri[] _targets = [];

    /// <summary>A load of so many connections, which share out so many nodes.</summary>
    public Load(int senders = DefaultSenders, int nodes = DefaultNodes)
    {
        _count = senders;
        Nodes = NodesOf(senders, nodes);
    }

    /// <summary>The nodes of a load that says nothing else.</summary>
    public static ImmutableArray<string> AllNodes { get; } = NodesOf(DefaultSenders, DefaultNodes);

    /// <summary>The nodes that events are sent for.</summary>
    public ImmutableArray<string> Nodes { get; }

    /// <summary>How long a sender waits for an answer.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(100);

    /// <summary>How long a sender rests after an event that was answered 200.</summary>
    public TimeSpan Rest { get; init; }

    /// <summary>Where events are sent; <see langword="null"/> while there is nobody to send to.</summary>
    public Uri? Target
    {
        set => _targets = value is null ? [] : [value];
    }

    /// <summary>Where events are sent, in turns, as a load balancer does.</summary>
    public IReadOnlyCollection<Uri> Targets
    {
        set => _targets = [.. value];
    }

    /// <summary>Up to which number each node's events were answered 200.</summary>
    public IReadOnlyDictionary<string, long> Acknowledged => _acknowledged;

    /// <summary>The same, event by event.</summary>
    public IEnumerable<NumberedEvent> AcknowledgedEvents => _acknowledged
        .SelectMany(node => Enumerable.Range(1, (int)node.Value).Select(number => new NumberedEvent(node.Key, number)));

    /// <summary>How many events were answered 200.</summary>
    public long Total => Volatile.Read(ref _total);

    /// <summary>How many times the answer was 503.</summary>
    public long Refused => Volatile.Read(ref _refused);

    /// <summary>How many times there was no answer.</summary>
    public long Broken => Volatile.Read(ref _broken);

    /// <summary>Answers other than 200, and 503 with <c>Retry-After</c>.</summary>
    public IReadOnlyCollection<string> Unexpected => _unexpected;

    public void Start()
    {
        for (var sender = 0; sender < _count; sender++)
        {
            var (number, nodes) = (sender, Nodes.Where((_, node) => node % _count == sender).ToArray());
            _senders.Add(Task.Run(() => SendAsync(number, nodes)));
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

    private static ImmutableArray<string> NodesOf(int senders, int nodes) =>
        [.. Enumerable.Range(0, nodes).Select(node => $"node-{node % senders}-{node / senders}")];

    private async Task SendAsync(int sender, string[] nodes)
    {
        var attempts = sender;
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false }) { Timeout = Patience };
        for (var turn = 0; !_stop.IsCancellationRequested; turn++)
        {
            var node = nodes[turn % nodes.Length];
            var next = new NumberedEvent(node, _acknowledged.GetValueOrDefault(node) + 1);
            var delivery = next.Sign();
            var (body, signature) = (delivery.Body, delivery.Signature!);
            while (!_stop.IsCancellationRequested)
            {
                if (await IsAcceptedAsync(http, attempts++, body, signature))
                {
                    _acknowledged[node] = next.Number;
                    Interlocked.Increment(ref _total);
                    await Task.Delay(Rest, TimeProvider.System, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                    break;
                }

                await Task.Delay(Pause, TimeProvider.System, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task<bool> IsAcceptedAsync(HttpClient http, int attempt, byte[] body, string signature)
    {
        if (_targets is not { Length: > 0 } targets)
        {
            return false;
        }

        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, targets[attempt % targets.Length]) { Content = new ByteArrayContent(body) };
            request.Headers.TryAddWithoutValidation(SignedDelivery.SignatureHeader, signature);

            // The status line is the promise: what follows it may be cut off.
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, _stop.Token);
            switch (response.StatusCode)
            {
                case HttpStatusCode.OK:
                    return true;
                case HttpStatusCode.ServiceUnavailable when response.Headers.RetryAfter is not null:
                    Interlocked.Increment(ref _refused);
                    return false;
                default:
                    _unexpected.Enqueue($"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync(_stop.Token)}");
                    return false;
            }
        }
        // A receiver that dies just after it let a connection in: HttpClient passes that SocketException on as it is.
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException or IOException or SocketException)
        {
            Interlocked.Increment(ref _broken);
            return false;
        }
    }
}
