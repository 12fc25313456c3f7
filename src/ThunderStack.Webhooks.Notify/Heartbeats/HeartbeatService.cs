using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using ThunderStack.Webhooks.Configuration;
using ThunderStack.Webhooks.Handlers;

namespace ThunderStack.Webhooks.Notify.Heartbeats;

/// <summary>
/// Asks for each heartbeat's URL while the receiver is ready and its backlog moves. Whoever no longer hears from it raises the alarm,
/// which nothing that runs in a dead process can.
/// </summary>
internal sealed partial class HeartbeatService(
    ReloadableOptions<HandlersOptions> options, BacklogMovement backlog, HeartbeatSender sender, IServiceProvider services, TimeProvider time,
    ILogger<HeartbeatService> logger) : BackgroundService
{
    // As the checks behind /healthz/ready are tagged.
    private const string ReadyTag = "ready";

    // So that the switch hears soon of a receiver that is well again.
    private static readonly TimeSpan LongestUnwell = TimeSpan.FromSeconds(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            using var changed = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
            var change = changed.Token;
            void OnChanged(HandlersOptions _) => changed.Cancel();
            options.Changed += OnChanged;
            try
            {
                await Task.WhenAll([Task.Delay(Timeout.InfiniteTimeSpan, time, change), .. Heartbeat.Of(options.Current).Select(heartbeat => BeatAsync(heartbeat, change))]).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (change.IsCancellationRequested)
            {
                // Other settings, or the end.
            }
            finally
            {
                options.Changed -= OnChanged;
            }
        }
    }

    private async Task BeatAsync(Heartbeat heartbeat, CancellationToken cancellationToken)
    {
        var wasSent = true;
        while (true)
        {
            var isWell = await IsWellAsync(cancellationToken).ConfigureAwait(false);
            if (isWell)
            {
                var problem = await sender.SendAsync(heartbeat, cancellationToken).ConfigureAwait(false);
                if (problem is not null && wasSent)
                {
                    Log.NotSent(logger, heartbeat.Name, problem);
                }

                wasSent = problem is null;
            }

            await Task.Delay(isWell || heartbeat.Interval < LongestUnwell ? heartbeat.Interval : LongestUnwell, time, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<bool> IsWellAsync(CancellationToken cancellationToken)
    {
        try
        {
            // None in a host without health checks; then the backlog says it alone.
            var checks = services.GetService<HealthCheckService>();
            return (checks is null || (await checks.CheckHealthAsync(check => check.Tags.Contains(ReadyTag), cancellationToken).ConfigureAwait(false)).Status != HealthStatus.Unhealthy)
                && await backlog.MovesAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            // Whatever cannot be asked is not well, and has a line of its own in the log.
            return false;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(810, LogLevel.Warning,
            "Heartbeat {Handler} was not taken ({Problem}): its dead man's switch may raise an alarm. Logged again once it has worked meanwhile")]
        public static partial void NotSent(ILogger logger, string handler, string problem);
    }
}
