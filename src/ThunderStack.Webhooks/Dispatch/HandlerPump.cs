using System.Diagnostics;
using Microsoft.Extensions.Logging;
using ThunderStack.Webhooks.Diagnostics;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Inbox;

namespace ThunderStack.Webhooks.Dispatch;

/// <summary>
/// Moves deliveries of one handler from the inbox through the handler and back. Every handler has its own pump and its own
/// slots, so that a slow or hanging one delays no other.
/// </summary>
internal sealed partial class HandlerPump
{
    // How long a handler may go on after its cancellation before its slot is taken from it.
    private static readonly TimeSpan CancellationGrace = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ClaimRetryDelay = TimeSpan.FromSeconds(1);

    private readonly IInbox _inbox;
    private readonly EventTypes _types;
    private readonly RetrySchedule _schedule;
    private readonly DeliveryMetrics _metrics;
    private readonly HandlerAttempts _attempts;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;
    private readonly TimeSpan _timeout;
    private readonly HandlerSlots _slots;
    private readonly CancellationTokenSource _stopping = new();
    private volatile WebhookHandler _handler;
    private volatile TaskCompletionSource? _pause;
    private volatile CancellationTokenSource _claiming;
    private Task _loop = Task.CompletedTask;

    public HandlerPump(
        WebhookHandler handler,
        IInbox inbox,
        EventTypes types,
        DispatchOptions options,
        DeliveryMetrics metrics,
        HandlerAttempts attempts,
        TimeProvider timeProvider,
        ILogger logger)
    {
        _handler = handler;
        _inbox = inbox;
        _types = types;
        Limits = handler.Limits;
        _schedule = new RetrySchedule(Limits.RetryDelays ?? options.EffectiveRetryDelays, timeProvider);
        _metrics = metrics;
        _attempts = attempts;
        _timeProvider = timeProvider;
        _logger = logger;
        _timeout = Limits.Timeout ?? options.HandlerTimeout;
        _slots = new HandlerSlots(Limits.Concurrency ?? options.Concurrency);
        Name = handler.Name;
        _claiming = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
    }

    public string Name { get; }

    /// <summary>The handler's own limits, with which it was made.</summary>
    public HandlerLimits Limits { get; }

    /// <summary>Whether it was stopped and the last attempt has ended.</summary>
    public bool IsDrained => _slots.IsDrained;

    /// <summary>Whether an operator has paused it: nothing is claimed, and what runs goes on.</summary>
    public bool IsPaused => _pause is not null;

    public void Start() => _loop = Task.Run(ClaimAsync);

    /// <summary>Claims nothing, or goes on. Called by one thread at a time.</summary>
    public void SetPaused(bool isPaused)
    {
        if (isPaused && _pause is null)
        {
            HandlerPumpLog.Paused(_logger, Name);
            _pause = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _claiming.Cancel();
        }
        else if (!isPaused && _pause is { } pause)
        {
            HandlerPumpLog.Resumed(_logger, Name);
            _claiming.Dispose();
            _claiming = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
            _pause = null;
            pause.TrySetResult();
        }
    }

    /// <summary>Attempts from now on go to this handler of the same name.</summary>
    public void Replace(WebhookHandler handler) => _handler = handler;

    /// <summary>Claims nothing more. Completes when the attempts that run have ended.</summary>
    public async Task StopAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _slots.DrainAsync().ConfigureAwait(false);
    }

    /// <summary>Asks the attempts that still run to end; what ends cancelled is released, not failed.</summary>
    public void CancelRunning()
    {
        foreach (var attempt in _slots.Running())
        {
            attempt.CancelForShutdown();
        }
    }

    /// <summary>Gives up on the attempts that still run: their deliveries stay pending.</summary>
    public async Task AbandonRunningAsync()
    {
        foreach (var attempt in _slots.Running())
        {
            if (attempt.TryEnd())
            {
                HandlerPumpLog.AbandonedAtShutdown(_logger, Name, attempt.Delivery.Entry.Id);
                await EndAsync(attempt, new Settlement(DeliveryOutcome.Released, _timeProvider.GetUtcNow())).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Cancels what has run too long, and frees the slots of what ignored that. Called every second.</summary>
    public async Task EnforceTimeoutAsync()
    {
        foreach (var attempt in _slots.Running())
        {
            var elapsed = _timeProvider.GetElapsedTime(attempt.StartedAt);
            if (elapsed >= _timeout && !attempt.TimedOut)
            {
                attempt.TimeOut();
            }

            if (elapsed >= _timeout + CancellationGrace && attempt.TryEnd())
            {
                HandlerPumpLog.Abandoned(_logger, Name, attempt.Delivery.Entry.Id, elapsed.TotalSeconds);
                await EndAsync(attempt, Failed(attempt, new TimeoutException(
                    $"Took longer than {_timeout.TotalSeconds:0.###} s and ignored its cancellation."))).ConfigureAwait(false);
            }
        }
    }

    internal async Task RunAttemptAsync(DeliveryAttempt attempt)
    {
        var delivery = attempt.Delivery;
        using var activity = WebhookActivitySource.IsListenedTo ? WebhookActivitySource.StartDelivery(delivery) : null;
        Settlement settlement;
        try
        {
            await _handler.HandleAsync(_types.Read(delivery.Entry), ContextOf(delivery), attempt.CancellationToken).ConfigureAwait(false);
            settlement = new Settlement(DeliveryOutcome.Succeeded, _timeProvider.GetUtcNow());
        }
        catch (OperationCanceledException) when (attempt.CancellationToken.IsCancellationRequested && !attempt.TimedOut)
        {
            settlement = new Settlement(DeliveryOutcome.Released, _timeProvider.GetUtcNow());
        }
        catch (OperationCanceledException) when (attempt.TimedOut)
        {
            activity?.SetStatus(ActivityStatusCode.Error);
            settlement = Failed(attempt, new TimeoutException($"Took longer than {_timeout.TotalSeconds:0.###} s."));
        }
        catch (Exception exception)
        {
            activity?.SetStatus(ActivityStatusCode.Error);
            settlement = Failed(attempt, exception);
        }

        if (attempt.TryEnd())
        {
            await EndAsync(attempt, settlement).ConfigureAwait(false);
        }
    }

    private async Task ClaimAsync()
    {
        var stopping = _stopping.Token;
        while (!stopping.IsCancellationRequested)
        {
            var reserved = 0;
            var claiming = _claiming.Token;
            try
            {
                if (_pause is { } pause)
                {
                    await pause.Task.WaitAsync(stopping).ConfigureAwait(false);
                    continue;
                }

                reserved = await _slots.ReserveAsync(claiming).ConfigureAwait(false);
                var deliveries = await _inbox.ClaimAsync(Name, reserved, claiming).ConfigureAwait(false);
                foreach (var delivery in deliveries)
                {
                    var isLeftOut = LeavesOut(delivery);
                    var slot = _slots.Take();
                    reserved--;
                    if (isLeftOut)
                    {
                        _ = EndAsync(slot, delivery, LeftOut());
                    }
                    else
                    {
                        Begin(delivery, slot);
                    }
                }
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (OperationCanceledException) when (IsPaused)
            {
                // Nothing is claimed.
            }
            catch (Exception exception)
            {
                HandlerPumpLog.ClaimFailed(_logger, Name, exception);
                await Task.Delay(ClaimRetryDelay, _timeProvider, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            finally
            {
                _slots.GiveBack(reserved);
            }
        }
    }

    private void Begin(Delivery delivery, int slot)
    {
        var attempt = new DeliveryAttempt(this, delivery, slot, _timeProvider.GetTimestamp());
        _slots.Run(attempt);
        _metrics.Started(Name);
        _attempts.Started(Name);

        // A handler may block before its first await; on a thread of its own it blocks only itself.
        ThreadPool.UnsafeQueueUserWorkItem(attempt, preferLocal: false);
    }

    private async Task EndAsync(DeliveryAttempt attempt, Settlement settlement)
    {
        var duration = _timeProvider.GetElapsedTime(attempt.StartedAt);
        _metrics.Ended(Name, settlement.Outcome, duration);
        _attempts.Ended(Name, settlement.Outcome);
        await EndAsync(attempt.Slot, attempt.Delivery, settlement with { Duration = duration }).ConfigureAwait(false);
    }

    /// <summary>Settles what had the slot, and gives the slot to what comes next, or back.</summary>
    private async Task EndAsync(int slot, Delivery delivery, Settlement settlement)
    {
        var next = await SettleAsync(delivery, settlement).ConfigureAwait(false);
        if (next is not null && (_stopping.IsCancellationRequested || IsPaused))
        {
            // Stopped or paused meanwhile: it goes to whoever comes next.
            next = await SettleAsync(next, new Settlement(DeliveryOutcome.Released, _timeProvider.GetUtcNow())).ConfigureAwait(false);
        }

        if (next is null)
        {
            _slots.Free(slot);
        }
        else
        {
            Begin(next, slot);
        }
    }

    /// <summary>Before the first attempt only: what was begun is ended, whatever the settings say by then.</summary>
    private bool LeavesOut(Delivery delivery)
    {
        _attempts.Reached(delivery);
        return delivery.Attempt == 1 && !_handler.Filter.Takes(Name, delivery, _types);
    }

    private Settlement LeftOut() => new(DeliveryOutcome.Filtered, _timeProvider.GetUtcNow());

    /// <summary>Settles, and claims what can be begun in its place: nothing that is left out.</summary>
    private async Task<Delivery?> SettleAsync(Delivery delivery, Settlement settlement)
    {
        try
        {
            while (!_stopping.IsCancellationRequested && !IsPaused)
            {
                var next = await _inbox.SettleAndClaimAsync(delivery, settlement, CancellationToken.None).ConfigureAwait(false);
                if (next is null || !LeavesOut(next))
                {
                    return next;
                }

                (delivery, settlement) = (next, LeftOut());
            }

            await _inbox.SettleAsync(delivery, settlement, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            HandlerPumpLog.SettleFailed(_logger, Name, delivery.Entry.Id, exception);
        }

        return null;
    }

    private Settlement Failed(DeliveryAttempt attempt, Exception exception)
    {
        var delivery = attempt.Delivery;
        var settlement = _schedule.Failed(delivery.Attempt, exception);
        if (settlement.Outcome == DeliveryOutcome.Superseded)
        {
            HandlerPumpLog.Superseded(_logger, Name, delivery.Entry.Id, delivery.Entry.NodeId, settlement.Error!);
        }
        else if (settlement.Outcome == DeliveryOutcome.DeadLettered)
        {
            HandlerPumpLog.DeadLettered(_logger, Name, delivery.Entry.Id, delivery.Entry.NodeId, delivery.Attempt, settlement.Error!, exception);
        }
        else
        {
            HandlerPumpLog.Retrying(_logger, Name, delivery.Entry.Id, delivery.Entry.NodeId, delivery.Attempt, settlement.Delay.TotalSeconds, settlement.Error!, exception);
        }

        return settlement;
    }

    private static DeliveryContext ContextOf(Delivery delivery) => new()
    {
        EventId = delivery.Entry.Id,
        Handler = delivery.Handler,
        Attempt = delivery.Attempt,
        ReceivedAt = delivery.Entry.ReceivedAt,
        IsStale = delivery.IsStale,
        Body = delivery.Entry.Body,
        Signature = delivery.Entry.Signature,
    };
}
