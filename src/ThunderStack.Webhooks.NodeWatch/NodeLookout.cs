using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ThunderStack.Cloud.NodeApi;
using ThunderStack.Webhooks.Conditions;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Nodes;

namespace ThunderStack.Webhooks.NodeWatch;

/// <summary>Looks at one node again and again, at its own pace: whatever it is slow with is slow for this one only.</summary>
internal sealed partial class NodeLookout(
    NodeId nodeId, SemaphoreSlim slots, NodeDirectory nodes, NodeTargets targets, CloudNodes cloud, NodeApiClient client, NodeReadings readings,
    ConditionSignal conditions, IOptions<NodeWatchOptions> options, TimeProvider time, ILogger<NodeWatcher> logger)
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(10);

    private readonly ConditionSignal _now = new();
    private int _errors;
    private string? _problem;

    /// <summary>Has it looked at soon, whatever its pace.</summary>
    public void LookNow() => _now.Raise();

    /// <summary>Looks until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        readings.LookWanted += LookIfOurs;
        try
        {
            while (true)
            {
                _now.Reset();
                var pause = await TryLookAsync(cancellationToken).ConfigureAwait(false);
                await _now.WaitAsync(Jitter.Around(pause), time, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // It is none of ours any more, or its status says all there is to say.
        }
        finally
        {
            readings.LookWanted -= LookIfOurs;
        }
    }

    private void LookIfOurs(NodeId wanted)
    {
        if (wanted == nodeId)
        {
            LookNow();
        }
    }

    private async Task<TimeSpan> TryLookAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await LookAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            Log.Failed(logger, nodes.DisplayNameOf(nodeId), exception);
            return LongestPause;
        }
    }

    /// <summary>Looks once. Returns for how long to leave the node alone.</summary>
    private async Task<TimeSpan> LookAsync(CancellationToken cancellationToken)
    {
        var interval = options.Value.Interval;
        if (nodes.Nodes.FirstOrDefault(node => node.NodeId == nodeId.Value) is not { } node)
        {
            return interval;
        }

        // Before it takes a slot: the cloud may be slow, and nodes do not wait for it.
        var target = await targets.FindAsync(node, cancellationToken).ConfigureAwait(false);
        TellProblem(target.Problem);
        if (target.Endpoint is null)
        {
            if (!target.IsUnknown)
            {
                readings.Set(nodeId, null, cancellationToken);
            }

            return interval;
        }

        NodeLook look;
        await slots.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            look = await client.LookAsync(target.Endpoint, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            slots.Release();
        }

        Keep(await JudgeAsync(look, interval, cancellationToken).ConfigureAwait(false), look.Reason, interval, cancellationToken);
        _errors = look.State is NodeApiState.Unreachable or NodeApiState.Unauthorized ? _errors + 1 : 0;
        return PauseAfter(look, interval);
    }

    /// <summary>A node that was never initialized says that it is locked; the cloud knows better.</summary>
    private async Task<NodeApiState> JudgeAsync(NodeLook look, TimeSpan interval, CancellationToken cancellationToken) =>
        look.State == NodeApiState.Locked && await cloud.FindAsync(nodeId, interval / 2, cancellationToken).ConfigureAwait(false) is { Initialized: false }
            ? NodeApiState.Uninitialized
            : look.State;

    private void Keep(NodeApiState state, string? reason, TimeSpan interval, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var before = readings.Current?.GetValueOrDefault(nodeId);
        var reading = new NodeReading(state, before?.State == state ? before.Since : now, now, reason);
        readings.Set(nodeId, reading, cancellationToken);
        if (before?.State != state)
        {
            TellState(state, reason);
        }

        if (before?.State != state || before.IsConfirmed(interval) != reading.IsConfirmed(interval))
        {
            conditions.Raise();
        }
    }

    private void TellState(NodeApiState state, string? reason)
    {
        if (reason is null)
        {
            Log.Found(logger, nodes.DisplayNameOf(nodeId), state);
        }
        else
        {
            Log.FoundWhy(logger, nodes.DisplayNameOf(nodeId), state, reason);
        }
    }

    private TimeSpan PauseAfter(NodeLook look, TimeSpan interval)
    {
        var longest = interval > LongestPause ? interval : LongestPause;
        return Backoff.After(_errors, interval, longest).OrAsked(look.RetryAfter, longest);
    }

    private void TellProblem(string? problem)
    {
        if (problem is not null && problem != _problem)
        {
            Log.NotWatched(logger, nodes.DisplayNameOf(nodeId), problem);
        }

        _problem = problem;
    }

    private static partial class Log
    {
        [LoggerMessage(901, LogLevel.Information, "By its own API, node {Node} is {State} ({Reason})")]
        public static partial void FoundWhy(ILogger logger, string node, NodeApiState state, string reason);

        [LoggerMessage(906, LogLevel.Information, "By its own API, node {Node} is {State}")]
        public static partial void Found(ILogger logger, string node, NodeApiState state);

        [LoggerMessage(902, LogLevel.Warning, "Node {Node} cannot be asked whether it is ready: {Problem}")]
        public static partial void NotWatched(ILogger logger, string node, string problem);

        [LoggerMessage(905, LogLevel.Error, "Node {Node} could not be looked at; this is tried again")]
        public static partial void Failed(ILogger logger, string node, Exception exception);
    }
}
