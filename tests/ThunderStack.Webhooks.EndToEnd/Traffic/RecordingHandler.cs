using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ThunderStack.Webhooks.EndToEnd.Traffic;

/// <summary>
/// The handler, in another process than the receiver: a <c>Forward</c> handler posts to it. It keeps how far each node has
/// come, and whatever is out of order.
/// </summary>
internal sealed class RecordingHandler : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, long> _seen = new();
    private readonly ConcurrentQueue<string> _violations = new();
    private readonly ConcurrentQueue<Attempt> _attempts = new();
    private readonly CancellationTokenSource _closing = new();
    private readonly HashSet<string> _running = [];
    private long _repeats;

    private RecordingHandler()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.Run(RecordAsync);
    }

    public string Url => $"{_app.Urls.Single()}/events";

    /// <summary>Every attempt, in the order in which they arrived.</summary>
    public IReadOnlyCollection<Attempt> Attempts => _attempts;

    /// <summary>Which attempts are answered 500; none, unless set.</summary>
    public Func<Attempt, bool> Refuses { get; set; } = static _ => false;

    /// <summary>What an attempt waits for before it is answered; nothing, unless set.</summary>
    public Func<Attempt, Task> Holds { get; set; } = static _ => Task.CompletedTask;

    /// <summary>Whether it leaves every request without an answer.</summary>
    public bool Hangs { get; set; }

    /// <summary>How long it takes for an event.</summary>
    public TimeSpan Dwell { get; set; }

    /// <summary>Up to which number each node's events have arrived.</summary>
    public IReadOnlyDictionary<string, long> Seen => _seen;

    /// <summary>Events that came before one that should have come first, or that were not what was sent.</summary>
    public IReadOnlyCollection<string> Violations => _violations;

    /// <summary>How often an event came again.</summary>
    public long Repeats => Volatile.Read(ref _repeats);

    public static async Task<RecordingHandler> StartAsync()
    {
        var recorder = new RecordingHandler();
        await recorder._app.StartAsync(TestContext.Current.CancellationToken);
        return recorder;
    }

    /// <summary>Waits until everything that was acknowledged has arrived.</summary>
    public Task UntilSeenAsync(IReadOnlyDictionary<string, long> acknowledged, TimeSpan within) => Wait.UntilAsync(
        () => acknowledged.All(node => _seen.GetValueOrDefault(node.Key) >= node.Value),
        within,
        () => "every acknowledged event has reached the handler. Missing: " + string.Join(", ", acknowledged
            .Where(node => _seen.GetValueOrDefault(node.Key) < node.Value)
            .Select(node => $"{node.Key} {_seen.GetValueOrDefault(node.Key) + 1}..{node.Value}")));

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        await _app.DisposeAsync();
        _closing.Dispose();
    }

    private async Task RecordAsync(HttpContext context)
    {
        if (Hangs)
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, _closing.Token);
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return;
        }

        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        var arrived = NumberedEvent.Read(body.ToArray());
        var attempt = new Attempt(
            context.Request.Path.Value!.Split('/')[^1],
            arrived,
            int.Parse(context.Request.Headers["X-ThunderStack-Attempt"].ToString(), CultureInfo.InvariantCulture),
            TimeProvider.System.GetTimestamp());
        attempt = attempt with { IsRefused = Refuses(attempt) };
        _attempts.Enqueue(attempt);
        Begin(arrived);
        try
        {
            Record(arrived, context.Request.Headers["X-ThunderStack-Event-Id"].ToString());
            await Holds(attempt);
            if (attempt.IsRefused)
            {
                context.Response.StatusCode = StatusCodes.Status500InternalServerError;
            }

            if (Dwell > TimeSpan.Zero)
            {
                await Task.Delay(Dwell, TimeProvider.System, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
        finally
        {
            End(arrived);
        }
    }

    // One event of a node at a time, which includes: one attempt of a delivery at a time.
    private void Begin(NumberedEvent arrived)
    {
        lock (_running)
        {
            if (!_running.Add(arrived.Node))
            {
                _violations.Enqueue($"{arrived} came while an attempt for its node was under way");
            }
        }
    }

    private void End(NumberedEvent arrived)
    {
        lock (_running)
        {
            _running.Remove(arrived.Node);
        }
    }

    // The first time of each event counts; after a crash it may come again.
    private void Record(NumberedEvent arrived, string eventId)
    {
        lock (_seen)
        {
            var expected = _seen.GetValueOrDefault(arrived.Node) + 1;
            if (eventId.Length != 64)
            {
                _violations.Enqueue($"{arrived} came with the event id '{eventId}'");
            }

            if (arrived.Number == expected)
            {
                _seen[arrived.Node] = expected;
            }
            else if (arrived.Number < expected)
            {
                Interlocked.Increment(ref _repeats);
            }
            else
            {
                _violations.Enqueue($"{arrived} came before number {expected}");
            }
        }
    }
}
