using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using ThunderStack.Webhooks.Conditions;
using ThunderStack.Webhooks.Dispatch;
using ThunderStack.Webhooks.Intake;
using ThunderStack.Webhooks.Stores;

namespace ThunderStack.Webhooks.Diagnostics;

/// <summary>
/// Looks at the store for the gauges, so that no request does: every minute, and at the nodes' statuses soon after one has been stored.
/// </summary>
internal sealed partial class ReceiverMonitor(
    HostedInbox inbox, HandlerCatalog catalog, WebhookIntake intake, ReceiverMetrics metrics, TimeProvider time, ILogger<ReceiverMonitor> logger)
    : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    // A flood of events does not become a flood of questions.
    private static readonly TimeSpan Gather = TimeSpan.FromSeconds(5);

    private readonly ConditionSignal _stored = new();
    private bool _isFailing;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        intake.StatusStored += _stored.Raise;
        try
        {
            while (true)
            {
                // Receivers that share a database and were started together should not ask it together.
                var interval = Jitter.Around(Interval);
                var lookedAt = time.GetTimestamp();
                _stored.Reset();
                await LookAsync(isAll: true, stoppingToken).ConfigureAwait(false);
                await Task.Delay(Gather, time, stoppingToken).ConfigureAwait(false);
                while (interval - time.GetElapsedTime(lookedAt) is { Ticks: > 0 } rest)
                {
                    if (await _stored.WaitAsync(rest, time, stoppingToken).ConfigureAwait(false))
                    {
                        _stored.Reset();
                        await LookAsync(isAll: false, stoppingToken).ConfigureAwait(false);
                        await Task.Delay(Gather, time, stoppingToken).ConfigureAwait(false);
                    }
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
        finally
        {
            intake.StatusStored -= _stored.Raise;
        }
    }

    private async Task LookAsync(bool isAll, CancellationToken cancellationToken)
    {
        try
        {
            metrics.SetStatuses(await inbox.ListNodeStatesAsync(cancellationToken).ConfigureAwait(false));
            if (isAll)
            {
                metrics.SetInbox(await inbox.MeasureAsync(cancellationToken).ConfigureAwait(false), [.. catalog.Current().Keys]);
            }

            _isFailing = false;
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            // Better no number than an old one.
            metrics.SetStatuses(null);
            metrics.SetInbox(null, []);
            if (!_isFailing)
            {
                Log.Failed(logger, exception);
            }

            _isFailing = true;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(330, LogLevel.Warning,
            "The inbox cannot be measured for the gauges; this is tried again every minute, and logged again once it has worked meanwhile")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
