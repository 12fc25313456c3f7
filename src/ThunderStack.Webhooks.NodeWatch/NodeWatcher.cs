using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ThunderStack.Cloud.NodeApi;
using ThunderStack.Webhooks.Conditions;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Intake;
using ThunderStack.Webhooks.Nodes;

namespace ThunderStack.Webhooks.NodeWatch;

/// <summary>
/// Watches the nodes that run, if this replica has that duty: one lookout for each, posted and withdrawn as their statuses change.
/// </summary>
internal sealed partial class NodeWatcher(
    IConditionStore store, IInboxAdministration inbox, WebhookIntake intake, NodeDirectory nodes, NodeTargets targets, CloudNodes cloud,
    NodeApiClient client, NodeReadings readings, ConditionSignal conditions, IOptions<NodeWatchOptions> options,
    TimeProvider time, ILogger<NodeWatcher> logger) : BackgroundService
{
    private const int LooksAtATime = 16;

    // Well within the lease, and how soon an event is noticed that another replica, or a comparison with the cloud, has stored.
    private static readonly TimeSpan Renewal = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(60);

    private readonly Duty _duty = new("nodewatch", Guid.NewGuid());
    private readonly ConditionSignal _wake = new();
    private readonly SemaphoreSlim _slots = new(LooksAtATime);
    private readonly Dictionary<NodeId, Post> _posts = [];
    private bool _isFailing;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // A node that has just started is locked: nobody should wait for the next round to know.
        intake.StatusStored += _wake.Raise;
        try
        {
            while (true)
            {
                if (targets.HasAny && await HoldsAsync(stoppingToken).ConfigureAwait(false))
                {
                    await WatchAsync(stoppingToken).ConfigureAwait(false);
                }

                await Task.Delay(Jitter.Around(Renewal), time, stoppingToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
        finally
        {
            intake.StatusStored -= _wake.Raise;
        }
    }

    /// <summary>Watches for as long as this replica has the duty.</summary>
    private async Task WatchAsync(CancellationToken stoppingToken)
    {
        readings.Begin();
        Log.Begun(logger, nodes.Nodes.Count);
        try
        {
            var heldAt = time.GetTimestamp();
            while (targets.HasAny)
            {
                _wake.Reset();
                if (time.GetElapsedTime(heldAt) >= Renewal)
                {
                    if (!await HoldsAsync(stoppingToken).ConfigureAwait(false))
                    {
                        return;
                    }

                    heldAt = time.GetTimestamp();
                }

                await PostAsync(stoppingToken).ConfigureAwait(false);
                var untilRenewal = Renewal - time.GetElapsedTime(heldAt);
                await _wake.WaitAsync(untilRenewal > TimeSpan.Zero ? untilRenewal : TimeSpan.Zero, time, stoppingToken).ConfigureAwait(false);
            }
        }
        finally
        {
            foreach (var node in _posts.Keys.ToList())
            {
                await WithdrawAsync(node).ConfigureAwait(false);
            }

            readings.End();
        }
    }

    /// <summary>Posts a lookout for each node that runs, as far as is known, and withdraws those of the others.</summary>
    private async Task PostAsync(CancellationToken stoppingToken)
    {
        Dictionary<NodeId, NodeState> states;
        try
        {
            states = (await inbox.ListNodeStatesAsync(stoppingToken).ConfigureAwait(false)).ToDictionary(state => state.NodeId);
        }
        catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
        {
            Failed(exception);
            return;
        }

        var wanted = nodes.Nodes.Select(node => new NodeId(node.NodeId)).Where(node => NodeStatuses.IsRunning(node, states, cloud.Known) != false).ToHashSet();
        foreach (var node in _posts.Keys.Except(wanted).ToList())
        {
            await WithdrawAsync(node).ConfigureAwait(false);
        }

        foreach (var node in wanted)
        {
            var heard = states.GetValueOrDefault(node)?.EventId;
            if (!_posts.TryGetValue(node, out var post))
            {
                _posts[node] = Begin(node, heard, stoppingToken);
            }
            else if (post.Heard != heard)
            {
                _posts[node] = post with { Heard = heard };
                post.Lookout.LookNow();
            }
        }
    }

    private Post Begin(NodeId node, WebhookEventId? heard, CancellationToken stoppingToken)
    {
        var lookout = new NodeLookout(node, _slots, nodes, targets, cloud, client, readings, conditions, options, time, logger);
        var ending = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        return new Post(lookout, heard, ending, Task.Run(() => lookout.RunAsync(ending.Token), CancellationToken.None));
    }

    private async Task WithdrawAsync(NodeId node)
    {
        if (_posts.Remove(node, out var post))
        {
            await post.Ending.CancelAsync().ConfigureAwait(false);
            readings.Forget(node);
            conditions.Raise();
            await post.Running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            post.Ending.Dispose();
        }
    }

    private async Task<bool> HoldsAsync(CancellationToken cancellationToken)
    {
        if (!inbox.Health.IsHealthy)
        {
            // That is told by the health checks; a condition could not be stored.
            return false;
        }

        try
        {
            var isHeld = await store.HoldAsync(_duty, Lease, cancellationToken).ConfigureAwait(false);
            _isFailing = false;
            return isHeld;
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            Failed(exception);
            return false;
        }
    }

    private void Failed(Exception exception)
    {
        if (!_isFailing)
        {
            Log.Failed(logger, exception);
        }

        _isFailing = true;
    }

    /// <summary>A lookout at work.</summary>
    /// <param name="Lookout">It.</param>
    /// <param name="Heard">The node's last event that it was told of.</param>
    /// <param name="Ending">Ends it.</param>
    /// <param name="Running">Ends with it.</param>
    private sealed record Post(NodeLookout Lookout, WebhookEventId? Heard, CancellationTokenSource Ending, Task Running);

    private static partial class Log
    {
        [LoggerMessage(903, LogLevel.Information, "This receiver watches whether {Count} nodes can be used")]
        public static partial void Begun(ILogger logger, int count);

        [LoggerMessage(904, LogLevel.Warning, "The nodes cannot be watched; this is tried again, and logged again once it has worked meanwhile")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
