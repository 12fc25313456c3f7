using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ThunderStack.Cloud;

namespace ThunderStack.Webhooks.Reconciliation;

/// <summary>Compares with the cloud, again and again. Does nothing without a token.</summary>
internal sealed partial class Reconciler(
    CloudSweep sweep, ReconciliationHealth health, ReconciliationMetrics metrics, IOptions<ReconciliationOptions> options,
    IOptionsMonitor<ThunderStackCloudOptions> cloud, TimeProvider time, ILogger<Reconciler> logger) : BackgroundService
{
    private const int FailuresUntilDegraded = 3;
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);
    private static readonly TimeSpan LongestRetryAfter = TimeSpan.FromDays(1);

    private int _failures;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (string.IsNullOrEmpty(cloud.CurrentValue.ApiToken))
        {
            Log.Off(logger);
            return;
        }

        try
        {
            while (true)
            {
                var pause = await SweepAsync(stoppingToken).ConfigureAwait(false);
                await Task.Delay(pause, time, stoppingToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    /// <summary>Compares once. Returns for how long to leave the cloud alone.</summary>
    private async Task<TimeSpan> SweepAsync(CancellationToken stoppingToken)
    {
        try
        {
            await sweep.RunAsync(stoppingToken).ConfigureAwait(false);
            _failures = 0;
            metrics.Swept(succeeded: true);
            return UntilNext();
        }
        catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
        {
            _failures++;
            metrics.Swept(succeeded: false);
            var pause = AfterFailure((exception as ThunderStackCloudException)?.RetryAfter);
            Log.Failed(logger, exception.Message, pause, exception is ThunderStackCloudException ? null : exception);
            if (_failures >= FailuresUntilDegraded)
            {
                health.Failed($"The last {_failures} comparisons with the cloud failed: {exception.Message}");
            }

            return pause;
        }
    }

    // A discrepancy is looked at again as soon as it has settled, not an interval later.
    private TimeSpan UntilNext()
    {
        var pause = Jitter.Around(options.Value.Interval);
        return sweep.NextAt is { } settlesAt && settlesAt - time.GetUtcNow() is var wait && wait < pause
            ? TimeSpan.FromTicks(Math.Max(wait.Ticks, TimeSpan.TicksPerSecond))
            : pause;
    }

    private TimeSpan AfterFailure(TimeSpan? retryAfter) =>
        Jitter.Around(Backoff.After(_failures, options.Value.Interval, LongestPause)).OrAsked(retryAfter, LongestRetryAfter);

    private static partial class Log
    {
        [LoggerMessage(721, LogLevel.Information, "Without ThunderStack:Cloud:ApiToken nothing is compared with the cloud: a webhook that never comes is not noticed")]
        public static partial void Off(ILogger logger);

        [LoggerMessage(722, LogLevel.Warning, "The comparison with the cloud failed; the next one follows in {Pause}: {Reason}")]
        public static partial void Failed(ILogger logger, string reason, TimeSpan pause, Exception? exception);
    }
}
