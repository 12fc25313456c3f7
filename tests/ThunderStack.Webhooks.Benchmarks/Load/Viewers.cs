using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace ThunderStack.Webhooks.Benchmarks.Load;

/// <summary>
/// People who look at the dashboard's overview, live: as its script does, each fetches the page anew when the stream says that something
/// happened, and at the pace that the server asks for.
/// </summary>
internal sealed class Viewers : IAsyncDisposable
{
    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(15);

    // Of one after the other this much of the time.
    private const int PauseForDuration = 10;

    private readonly CancellationTokenSource _end = new();
    private readonly HttpClient _http;
    private readonly Task[] _all;
    private long _pages;

    private Viewers(IPEndPoint server, int count)
    {
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = false, ResponseDrainTimeout = TimeSpan.Zero }) { BaseAddress = new Uri($"http://{server}") };
        _all = [.. Enumerable.Range(0, count).Select(_ => Task.Run(LookUntilTheEndAsync))];
    }

    /// <summary>How many pages they have fetched.</summary>
    public long Pages => Volatile.Read(ref _pages);

    public static Viewers Of(IPEndPoint server, int count) => new(server, count);

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await Task.WhenAll(_all);
        _http.Dispose();
        _end.Dispose();
    }

    private async Task LookUntilTheEndAsync()
    {
        try
        {
            await LookAsync();
        }
        catch (Exception) when (_end.IsCancellationRequested)
        {
            // Sent away; a connection that is ended under load is sometimes reset.
        }
    }

    private async Task LookAsync()
    {
        await using var stream = await _http.GetStreamAsync("/api/v1/stream", _end.Token);
        using var lines = new StreamReader(stream);
        var pause = ShortestPause;
        var asked = Task.CompletedTask;
        while (await lines.ReadLineAsync(_end.Token) is { } line)
        {
            if (line.StartsWith("event:", StringComparison.Ordinal) && asked.IsCompleted)
            {
                await asked;
                asked = AskAsync();
            }
        }

        throw new InvalidOperationException("The live stream ended.");

        async Task AskAsync()
        {
            await Task.Delay(pause, TimeProvider.System, _end.Token);
            var started = Stopwatch.GetTimestamp();
            using var page = await _http.GetAsync("/", _end.Token);
            page.EnsureSuccessStatusCode();
            Interlocked.Increment(ref _pages);
            var took = Stopwatch.GetElapsedTime(started) * PauseForDuration;
            var asked = TimeSpan.FromMilliseconds(long.Parse(page.Headers.GetValues("X-Refresh-After").Single(), CultureInfo.InvariantCulture));
            pause = asked > took ? asked : took < LongestPause ? took : LongestPause;
        }
    }
}
