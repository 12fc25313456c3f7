using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ThunderStack.Webhooks.Diagnostics;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Inbox;

namespace ThunderStack.Webhooks.Dispatch;

/// <summary>Runs a pump for every handler of the catalog, follows its changes, and drains at shutdown.</summary>
internal sealed partial class InboxDispatcher(
    HandlerCatalog catalog,
    IInbox inbox,
    EventTypes types,
    IOptions<DispatchOptions> options,
    DeliveryMetrics metrics,
    HandlerAttempts attempts,
    TimeProvider timeProvider,
    IHostApplicationLifetime lifetime,
    ILogger<InboxDispatcher> logger) : IHostedService
{
    // Together well below the 30 s in which the process has to be gone.
    private static readonly TimeSpan DrainTime = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan CancelTime = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan WatchInterval = TimeSpan.FromSeconds(1);

    // An inbox that is not open yet must not keep the port closed.
    private static readonly TimeSpan StartTime = TimeSpan.FromSeconds(3);

    private readonly Dictionary<string, HandlerPump> _pumps = new(StringComparer.Ordinal);
    private readonly List<HandlerPump> _retiring = [];
    private readonly SemaphoreSlim _applying = new(1);
    private readonly CancellationTokenSource _stopping = new();
    private Task _watch = Task.CompletedTask;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var starting = ApplyAsync(_stopping.Token);
        await Task.WhenAny(starting, Task.Delay(StartTime, TimeProvider.System, cancellationToken)).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        if (starting.IsCompleted)
        {
            await starting.ConfigureAwait(false);
        }
        else
        {
            _ = EndIfItFailsAsync(starting);
        }

        catalog.Changed += OnChanged;
        _watch = Task.Run(WatchAsync, CancellationToken.None);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        catalog.Changed -= OnChanged;
        if (_stopping.IsCancellationRequested)
        {
            return;
        }

        await _stopping.CancelAsync().ConfigureAwait(false);

        // Never released: nothing is applied or watched any more.
        await _applying.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        var pumps = _pumps.Values.Concat(_retiring).ToList();
        var drained = Task.WhenAll(pumps.Select(pump => pump.StopAsync()));

        if (!await EndsInAsync(drained, DrainTime, cancellationToken).ConfigureAwait(false))
        {
            pumps.ForEach(pump => pump.CancelRunning());
            if (!await EndsInAsync(drained, CancelTime, cancellationToken).ConfigureAwait(false))
            {
                await Task.WhenAll(pumps.Select(pump => pump.AbandonRunningAsync())).ConfigureAwait(false);
            }
        }

        await _watch.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task EndIfItFailsAsync(Task starting)
    {
        try
        {
            await starting.ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The host stops before the inbox was open.
        }
        catch (Exception exception)
        {
            Log.WatchFailed(logger, exception);
            lifetime.StopApplication();
        }
    }

    private async Task<bool> EndsInAsync(Task task, TimeSpan time, CancellationToken cancellationToken)
    {
        try
        {
            await task.WaitAsync(time, timeProvider, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (Exception exception) when (exception is TimeoutException or OperationCanceledException)
        {
            return false;
        }
    }

    private void OnChanged() => _ = Task.Run(async () =>
    {
        try
        {
            await ApplyAsync(_stopping.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // Shutting down: the change takes effect at the next start.
        }
        catch (Exception exception)
        {
            Log.ChangeRefused(logger, exception);
        }
    });

    private async Task ApplyAsync(CancellationToken cancellationToken)
    {
        await _applying.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var handlers = catalog.Current();
            await inbox.RegisterHandlersAsync(handlers.Keys, options.Value.Ordering, cancellationToken).ConfigureAwait(false);

            foreach (var gone in _pumps.Keys.Except(handlers.Keys).ToList())
            {
                Retire(gone);
                Log.HandlerRemoved(logger, gone);
            }

            foreach (var handler in handlers.Values)
            {
                if (_pumps.TryGetValue(handler.Name, out var pump) && pump.Limits == handler.Limits)
                {
                    pump.Replace(handler);
                    continue;
                }

                if (pump is not null)
                {
                    // What runs ends with the limits that it began with.
                    Retire(handler.Name);
                }

                pump = new HandlerPump(handler, inbox, types, options.Value, metrics, attempts, timeProvider, logger);
                pump.SetPaused(inbox.PausedHandlers.Contains(handler.Name));
                _pumps.Add(handler.Name, pump);
                pump.Start();
                Log.HandlerStarted(logger, handler.Name);
            }
        }
        finally
        {
            _applying.Release();
        }
    }

    private void Retire(string name)
    {
        _pumps.Remove(name, out var pump);
        _retiring.Add(pump!);
        _ = pump!.StopAsync();
    }

    private async Task WatchAsync()
    {
        using var timer = new PeriodicTimer(WatchInterval, timeProvider);
        try
        {
            while (await timer.WaitForNextTickAsync(_stopping.Token).ConfigureAwait(false))
            {
                await _applying.WaitAsync(_stopping.Token).ConfigureAwait(false);
                try
                {
                    _retiring.RemoveAll(pump => pump.IsDrained);
                    var paused = inbox.PausedHandlers;
                    foreach (var pump in _pumps.Values)
                    {
                        pump.SetPaused(paused.Contains(pump.Name));
                    }

                    foreach (var pump in _pumps.Values.Concat(_retiring))
                    {
                        await pump.EnforceTimeoutAsync().ConfigureAwait(false);
                    }
                }
                finally
                {
                    _applying.Release();
                }
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The host is stopping.
        }
        catch (Exception exception)
        {
            Log.WatchFailed(logger, exception);
            lifetime.StopApplication();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(300, LogLevel.Information, "Handler {Handler} takes part")]
        public static partial void HandlerStarted(ILogger logger, string handler);

        [LoggerMessage(301, LogLevel.Information, "Handler {Handler} is no longer configured; what waits for it stays in the inbox")]
        public static partial void HandlerRemoved(ILogger logger, string handler);

        [LoggerMessage(302, LogLevel.Error, "The changed handlers could not take effect; those before go on")]
        public static partial void ChangeRefused(ILogger logger, Exception exception);

        [LoggerMessage(303, LogLevel.Critical, "The dispatcher failed unexpectedly; stopping, so that a restart can repair it")]
        public static partial void WatchFailed(ILogger logger, Exception exception);
    }
}
