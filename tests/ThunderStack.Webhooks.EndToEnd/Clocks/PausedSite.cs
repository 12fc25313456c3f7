using System.Collections.Concurrent;
using ThunderStack.Webhooks.EndToEnd.Processes;
using ThunderStack.Webhooks.EndToEnd.Traffic;
using ThunderStack.Webhooks.Testing;
using ThunderStack.Webhooks.Testing.Clocks;
using ThunderStack.Webhooks.Testing.PostgreSql;

namespace ThunderStack.Webhooks.EndToEnd.Clocks;

/// <summary>Replicas whose machines are paused together, and one that is not.</summary>
internal sealed class PausedSite : IAsyncDisposable
{
    /// <summary>How many replicas are paused at a time.</summary>
    public const int Pausable = 2;

    private const int Concurrency = 4;
    private const string Awake = "awake";

    private static readonly TimeSpan HandlerTimeout = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan BeyondLease = HandlerTimeout + TimeSpan.FromSeconds(13 + 1);
    private static readonly TimeSpan Settling = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan Watch = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(180);

    private readonly TemporaryDirectory _folder = new();
    private readonly FakeClock _clock = new();
    private readonly List<ReceiverProcess> _paused = [];
    private readonly PostgreSqlCluster _server;
    private readonly RecordingHandler _recorder;
    private readonly Load _load = new(senders: 16, nodes: 64) { Patience = TimeSpan.FromSeconds(3), Rest = TimeSpan.FromMilliseconds(100) };
    private readonly ConcurrentDictionary<string, int> _held = new();
    private volatile TaskCompletionSource? _gate;
    private ReceiverProcess? _awake;
    private TimeSpan _suspended;

    private PausedSite(PostgreSqlCluster server, RecordingHandler recorder)
    {
        (_server, _recorder) = (server, recorder);
        _recorder.Dwell = TimeSpan.FromMilliseconds(20);
        _recorder.Holds = HoldAsync;
    }

    public static async Task<PausedSite> StartAsync()
    {
        var site = new PausedSite(await PostgreSqlCluster.StartAsync(), await RecordingHandler.StartAsync());
        try
        {
            site._awake = await ReceiverProcess.StartAsync(site.Settings(Awake));
            for (var number = 0; number < Pausable; number++)
            {
                site._paused.Add(await ReceiverProcess.StartAsync(site.Settings($"paused-{number}").WithClock(site._clock)));
            }

            site.ShowToLoad(site._paused);
            site._load.Start();
            return site;
        }
        catch
        {
            await site.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// Pauses replicas while all that they may run at a time runs, so that no statement of theirs is under way: whatever they
    /// begin afterwards they had in memory, or claim anew. Returns what they begin of what was begun meanwhile.
    /// </summary>
    public async Task<IReadOnlyList<string>> PauseAsync()
    {
        _held.Clear();
        var gate = _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await Wait.UntilAsync(
            () => _held.Count == Pausable && _held.Values.All(held => held >= Concurrency),
            Patience,
            () => $"replicas are busy: {string.Join(", ", _held)}. They wrote:\n{Outputs}");
        await Task.Delay(Settling, TimeProvider.System, TestContext.Current.CancellationToken);

        ShowToLoad([_awake!]);
        var start = TimeProvider.System.GetTimestamp();
        _paused.ForEach(replica => replica.Pause());
        _gate = null;
        gate.SetResult();
        var before = _recorder.Attempts.Count;
        await Wait.UntilAsync(
            () => TimeProvider.System.GetElapsedTime(start) > BeyondLease && BegunSince(before).Count == _load.Nodes.Length,
            Patience,
            () => $"another replica has taken every node over: {BegunSince(before).Count} of {_load.Nodes.Length}. They wrote:\n{Outputs}");

        var resumed = _recorder.Attempts.Count;
        var begun = BegunSince(before);
        _suspended += TimeProvider.System.GetElapsedTime(start);
        _clock.Suspend(_suspended);
        _paused.ForEach(replica => replica.Resume());
        await Task.Delay(Watch, TimeProvider.System, TestContext.Current.CancellationToken);

        // A second attempt follows on a recorded failure, so it is not of the time before.
        var since = _recorder.Attempts.Skip(resumed).Where(attempt => attempt.Replica != Awake).ToArray();
        string[] begunAgain =
        [
            .. since.Where(attempt => attempt.Number == 1 && attempt.Event.Number <= begun.GetValueOrDefault(attempt.Event.Node))
                .Select(attempt => $"{attempt.Event} by {attempt.Replica}, when {Awake} had begun number {begun[attempt.Event.Node]}"),
        ];
        Campaign.Tell($"Paused {_paused.Count} replicas for {TimeProvider.System.GetElapsedTime(start) - Watch}: then they began {since.Length}, "
            + $"{begunAgain.Length} of them begun by another meanwhile. {_held.Values.Sum()} were running when the pause began.");
        ShowToLoad([.. _paused, _awake!]);
        return begunAgain;
    }

    public async Task UntilDrainedAsync()
    {
        await _load.StopAsync();
        await _recorder.UntilSeenAsync(_load.Acknowledged, Patience);
    }

    public async ValueTask DisposeAsync()
    {
        _gate?.TrySetResult();
        await _load.DisposeAsync();
        foreach (var replica in _paused.Append(_awake).OfType<ReceiverProcess>())
        {
            await replica.DisposeAsync();
        }

        await _recorder.DisposeAsync();
        await _server.DisposeAsync();
        _clock.Dispose();
        _folder.Dispose();
    }

    private string Outputs => string.Join("\n---\n", _paused.Append(_awake).Select(replica => replica?.Output));

    private ReceiverSettings Settings(string replica) => ReceiverSettings.In(_folder.File(replica))
        .WithNodes(_load.Nodes)
        .WithPostgreSql(_server.ConnectionString)
        .With("Dispatch:HandlerTimeout", HandlerTimeout.ToString())
        .With("Dispatch:Concurrency", $"{Concurrency}")
        .WithRetriesAfter(TimeSpan.FromSeconds(1))
        .ForwardingTo(_recorder, replica);

    private void ShowToLoad(IEnumerable<ReceiverProcess> replicas) => _load.Targets = [.. replicas.Select(replica => replica.WebhookUrl)];

    private Dictionary<string, long> BegunSince(int before) => _recorder.Attempts.Skip(before)
        .Where(attempt => attempt.Replica == Awake)
        .GroupBy(attempt => attempt.Event.Node)
        .ToDictionary(node => node.Key, node => node.Max(attempt => attempt.Event.Number));

    private Task HoldAsync(Attempt attempt)
    {
        if (_gate is not { } gate || attempt.Replica == Awake)
        {
            return Task.CompletedTask;
        }

        _held.AddOrUpdate(attempt.Replica, 1, (_, held) => held + 1);
        return gate.Task;
    }
}
