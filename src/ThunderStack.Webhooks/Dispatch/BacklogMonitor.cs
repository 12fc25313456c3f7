using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ThunderStack.Webhooks.Diagnostics;
using ThunderStack.Webhooks.Inbox;

namespace ThunderStack.Webhooks.Dispatch;

/// <summary>Counts every minute what waits for the handlers that take part, and warns of nodes that are blocked.</summary>
internal sealed partial class BacklogMonitor(
    IInboxAdministration inbox, HandlerCatalog catalog, IOptions<DispatchOptions> options, BacklogMetrics metrics, CountedBacklog counted, TimeProvider time,
    ILogger<BacklogMonitor> logger) : BackgroundService
{
    // When every node is blocked the log should still say something else.
    private const int MostLines = 10;
    private const int ShownDigits = 10;

    // In seconds.
    private const int ShortestPause = 54;
    private const int LongestPause = 66;

    private readonly Dictionary<string, BlockedLanes> _blocked = new(StringComparer.Ordinal);
    private bool _isFailing;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                await LookAsync(stoppingToken).ConfigureAwait(false);

                // Receivers that share a database and were started together should not ask it together.
                await Task.Delay(TimeSpan.FromSeconds(Random.Shared.Next(ShortestPause, LongestPause + 1)), time, stoppingToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            var backlogs = new List<HandlerBacklog>();
            var all = new Dictionary<string, IReadOnlyList<LaneBacklog>>(StringComparer.Ordinal);
            foreach (var handler in catalog.Current().Keys)
            {
                var lanes = await inbox.ListBacklogAsync(handler, cancellationToken).ConfigureAwait(false);
                backlogs.Add(HandlerBacklog.Of(handler, lanes, time.GetUtcNow()));
                all.Add(handler, lanes);
                Warn(handler, lanes);
            }

            metrics.Set(backlogs);
            counted.Lanes = all;
            _isFailing = false;
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            // Better no number than an old one.
            metrics.Set([]);
            counted.Lanes = null;
            if (!_isFailing)
            {
                Log.Failed(logger, exception);
            }

            _isFailing = true;
        }
    }

    private void Warn(string handler, IReadOnlyList<LaneBacklog> lanes)
    {
        if (options.Value.Ordering != DeliveryOrdering.PerNode)
        {
            return;
        }

        if (!_blocked.TryGetValue(handler, out var blockedLanes))
        {
            _blocked.Add(handler, blockedLanes = new BlockedLanes(time));
        }

        var due = blockedLanes.Update(lanes);
        foreach (var (lane, blocked) in due.Take(MostLines))
        {
            Log.Blocked(
                logger, lane.NodeId.Value, handler, (long)blocked.TotalMinutes, lane.Head.ToString()[^ShownDigits..], lane.Attempts,
                lane.Pending + lane.Scheduled - 1);
        }

        if (due.Count > MostLines)
        {
            Log.MoreBlocked(logger, due.Count - MostLines, handler);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(320, LogLevel.Warning,
            "Node {Node} has been blocked for handler {Handler} for {Minutes} min by event {Event} (attempts that failed: {Attempts}); "
            + "deliveries that wait behind it: {Waiting}. Look at its error with \"thunderstack inbox show {Event}\" and repair what the "
            + "handler needs, or let the handler refuse the event for good, with a DeadLetterException or the answer 410")]
        public static partial void Blocked(
            ILogger logger, string node, string handler, long minutes, string @event, int attempts, int waiting);

        [LoggerMessage(321, LogLevel.Warning,
            "{Count} more nodes are blocked for handler {Handler}; \"thunderstack inbox list --pending\" lists them")]
        public static partial void MoreBlocked(ILogger logger, int count, string handler);

        [LoggerMessage(322, LogLevel.Warning,
            "What waits for the handlers cannot be counted; this is tried again every minute, and logged again once it has worked meanwhile")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
