using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ThunderStack.Webhooks.Inbox;

namespace ThunderStack.Webhooks.Stores;

/// <summary>
/// Opens the inbox before anything else starts, closes it after everything else has stopped, and applies retention in
/// between.
/// </summary>
internal sealed partial class HostedInboxService(
    HostedInbox inbox, IOptions<InboxOptions> options, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<HostedInboxService> logger)
    : IHostedLifecycleService, IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    private readonly CancellationTokenSource _stopping = new();
    private Task _sweeping = Task.CompletedTask;

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        var opening = inbox.OpenHostedAsync(_stopping.Token);
        await Task.WhenAny(opening, Task.Delay(inbox.StartPatience, TimeProvider.System, cancellationToken)).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        if (opening.IsCompleted)
        {
            await opening.ConfigureAwait(false);
            return;
        }

        Log.OpensLater(logger);
        _ = EndIfItCannotOpenAsync(opening);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        _sweeping = SweepAsync(_stopping.Token);
        return Task.CompletedTask;
    }

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        // A host that is disposed by two is stopped once more.
        if (_stopping.IsCancellationRequested)
        {
            return;
        }

        await _stopping.CancelAsync().ConfigureAwait(false);
        await _sweeping.ConfigureAwait(false);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => inbox.CloseAsync();

    public void Dispose() => _stopping.Dispose();

    private async Task EndIfItCannotOpenAsync(Task opening)
    {
        try
        {
            await opening.ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The host stops before the inbox was open.
        }
        catch (Exception exception)
        {
            Log.CannotOpen(logger, exception.Message);
            Environment.ExitCode = 1;
            lifetime.StopApplication();
        }
    }

    private async Task SweepAsync(CancellationToken cancellationToken)
    {
        // What is removed does not come back, and a clock is most often wrong at a start: it has to go on evenly for an hour first.
        var clock = new WallClockCheck(time);
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false))
            {
                if (clock.TakeStep() is var step && step != TimeSpan.Zero)
                {
                    Log.ClockSet(logger, step, Interval);
                    continue;
                }

                await SweepOnceAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    private async Task SweepOnceAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (options.Value.Retention <= TimeSpan.Zero || options.Value.Retention > now - DateTimeOffset.UnixEpoch)
        {
            return;
        }

        try
        {
            var removed = await inbox.ApplyRetentionAsync(now - options.Value.Retention, cancellationToken).ConfigureAwait(false);
            if (removed > 0)
            {
                Log.Removed(logger, removed, options.Value.Retention);
            }
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            Log.Failed(logger, Interval, exception);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(410, LogLevel.Information, "Retention removed {Count} events older than {Retention}")]
        public static partial void Removed(ILogger logger, int count, TimeSpan retention);

        [LoggerMessage(413, LogLevel.Warning, "The receiver starts without its inbox: webhooks are answered 503 until it can be opened")]
        public static partial void OpensLater(ILogger logger);

        [LoggerMessage(414, LogLevel.Critical, "{Reason} The receiver stops")]
        public static partial void CannotOpen(ILogger logger, string reason);

        [LoggerMessage(412, LogLevel.Warning,
            "The clock was set by {Step}; retention waits until it has gone on evenly for {Interval}")]
        public static partial void ClockSet(ILogger logger, TimeSpan step, TimeSpan interval);

        [LoggerMessage(411, LogLevel.Warning, "Retention failed; it is tried again in {Interval}")]
        public static partial void Failed(ILogger logger, TimeSpan interval, Exception exception);
    }
}
