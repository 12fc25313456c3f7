using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using ThunderStack.Webhooks.Testing;

namespace ThunderStack.Webhooks.EndToEnd.Notifications;

/// <summary>
/// Nodes that fail and recover, each at times of its own. Each change is a webhook that is sent until it is answered 200, and the next
/// change comes after that.
/// </summary>
internal sealed class FailingNodes(Random random) : IAsyncDisposable
{
    public const string Failed = "FAILED";
    public const string Running = "RUNNING";

    private const int LongestState = 500;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly CancellationTokenSource _stop = new();
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = Patience };
    private readonly ConcurrentDictionary<string, List<NodeChange>> _changes = new(Names.Select(name => KeyValuePair.Create(name, new List<NodeChange>())));
    private readonly ConcurrentQueue<string> _unexpected = new();
    private volatile Uri[] _targets = [];
    private Task _running = Task.CompletedTask;
    private int _total;

    public static IReadOnlyList<string> Names { get; } = ["node-a", "node-b", "node-c", "node-d"];

    /// <summary>Where webhooks are sent, in turns.</summary>
    public IEnumerable<Uri> Targets
    {
        set => _targets = [.. value];
    }

    /// <summary>How many changes were answered 200.</summary>
    public int Total => Volatile.Read(ref _total);

    /// <summary>Answers other than 200 and 503.</summary>
    public IReadOnlyCollection<string> Unexpected => _unexpected;

    /// <summary>What each node did, once nothing is sent any more.</summary>
    public IReadOnlyDictionary<string, List<NodeChange>> Changes => _changes;

    /// <summary>Lets every node fail so many times. After the last one it stays as it is.</summary>
    public void Start(int failures) =>
        _running = Task.WhenAll(Names.Select(node => (Node: node, Rests: new Random(random.Next()))).ToList()
            .Select(node => Task.Run(() => FailAsync(node.Node, failures, node.Rests))));

    /// <summary>Waits until every node has failed for the last time.</summary>
    public Task FinishAsync(TimeSpan within) => _running.WaitAsync(within, TimeProvider.System, TestContext.Current.CancellationToken);

    /// <summary>Lets every node recover that has failed.</summary>
    public Task RecoverAsync() => Task.WhenAll(Names.Select(node => ChangeAsync(node, Running)));

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _http.Dispose();
        _stop.Dispose();
    }

    private async Task FailAsync(string node, int failures, Random rests)
    {
        for (var change = 0; change < (2 * failures) - 1; change++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(rests.Next(LongestState)), TimeProvider.System, _stop.Token);
            await ChangeAsync(node, change % 2 == 0 ? Failed : Running);
        }
    }

    private async Task ChangeAsync(string node, string status)
    {
        var changes = _changes[node];
        var at = DateTimeOffset.FromUnixTimeMilliseconds(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());
        if (changes.Count > 0 && changes[^1].At >= at)
        {
            at = changes[^1].At.AddMilliseconds(1);
        }

        changes.Add(new NodeChange(status, at));
        var delivery = SignedDelivery.Valid().ForNode(node).WithStatus(status).At(at);
        for (var attempt = changes.Count; !await IsAcceptedAsync(delivery, attempt); attempt++)
        {
            await Task.Delay(Pause, TimeProvider.System, _stop.Token);
        }

        Interlocked.Increment(ref _total);
    }

    private async Task<bool> IsAcceptedAsync(SignedDelivery delivery, int attempt)
    {
        if (_targets is not { Length: > 0 } targets)
        {
            return false;
        }

        try
        {
            using var request = delivery.ToRequest(targets[attempt % targets.Length].AbsoluteUri);
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, _stop.Token);
            if (response.StatusCode is not (HttpStatusCode.OK or HttpStatusCode.ServiceUnavailable))
            {
                _unexpected.Enqueue($"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync(_stop.Token)}");
            }

            return response.StatusCode == HttpStatusCode.OK;
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or SocketException or TaskCanceledException { InnerException: TimeoutException })
        {
            return false;
        }
    }
}

/// <summary>A node's new status, and since when.</summary>
internal readonly record struct NodeChange(string Status, DateTimeOffset At);
