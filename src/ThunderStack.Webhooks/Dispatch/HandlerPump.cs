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
    private readonly HandlerOutcomes _outcomes;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;
    private readonly TimeSpan _timeout;
    private readonly SemaphoreSlim _free;
    private readonly Lock _gate = new();
    private readonly DeliveryAttempt?[] _running;
    private readonly Stack<int> _slots;
    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile WebhookHandler _handler;
    private Task _loop = Task.CompletedTask;
    private bool _draining;

    public HandlerPump(
        WebhookHandler handler,
        IInbox inbox,
        EventTypes types,
        DispatchOptions options,
        DeliveryMetrics metrics,
        HandlerOutcomes outcomes,
        TimeProvider timeProvider,
        ILogger logger)
    {
        _handler = handler;
        _inbox = inbox;
        _types = types;
        Limits = handler.Limits;
        _schedule = new RetrySchedule(Limits.RetryDelays ?? options.EffectiveRetryDelays, timeProvider);
        _metrics = metrics;
        _outcomes = outcomes;
        _timeProvider = timeProvider;
        _logger = logger;
        _timeout = Limits.Timeout ?? options.HandlerTimeout;
        var concurrency = Limits.Concurrency ?? options.Concurrency;
        _free = new SemaphoreSlim(concurrency);
        _running = new DeliveryAttempt?[concurrency];
        _slots = new Stack<int>(Enumerable.Range(0, concurrency));
        Name = handler.Name;
    }

    public string Name { get; }

    /// <summary>The handler's own limits, with which it was made.</summary>
    public HandlerLimits Limits { get; }

    /// <summary>Whether it was stopped and the last attempt has ended.</summary>
    public bool IsDrained => _drained.Task.IsCompleted;

    public void Start() => _loop = Task.Run(ClaimAsync);

    /// <summary>Attempts from now on go to this handler of the same name.</summary>
    public void Replace(WebhookHandler handler) => _handler = handler;

    /// <summary>Claims nothing more. Completes when the attempts that run have ended.</summary>
    public async Task StopAsync()
    {
        await _stopping.CancelAsync();
        await _loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lock (_gate)
        {
            _draining = true;
            if (_slots.Count == _running.Length)
            {
                _drained.TrySetResult();
            }
        }

        await _drained.Task;
    }

    /// <summary>Asks the attempts that still run to end; what ends cancelled is released, not failed.</summary>
    public void CancelRunning()
    {
        foreach (var attempt in Running())
        {
            attempt.CancelForShutdown();
        }
    }

    /// <summary>Gives up on the attempts that still run: their deliveries stay pending.</summary>
    public async Task AbandonRunningAsync()
    {
        foreach (var attempt in Running())
        {
            if (attempt.TryEnd())
            {
                Log.AbandonedAtShutdown(_logger, Name, attempt.Delivery.Entry.Id);
                await EndAsync(attempt, new Settlement(DeliveryOutcome.Released, _timeProvider.GetUtcNow()));
            }
        }
    }

    /// <summary>Cancels what has run too long, and frees the slots of what ignored that. Called every second.</summary>
    public async Task EnforceTimeoutAsync()
    {
        foreach (var attempt in Running())
        {
            var elapsed = _timeProvider.GetElapsedTime(attempt.StartedAt);
            if (elapsed >= _timeout && !attempt.TimedOut)
            {
                attempt.TimeOut();
            }

            if (elapsed >= _timeout + CancellationGrace && attempt.TryEnd())
            {
                Log.Abandoned(_logger, Name, attempt.Delivery.Entry.Id, elapsed.TotalSeconds);
                await EndAsync(attempt, Failed(attempt, new TimeoutException(
                    $"Took longer than {_timeout.TotalSeconds:0.###} s and ignored its cancellation.")));
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
            await _handler.HandleAsync(_types.Read(delivery.Entry), ContextOf(delivery), attempt.CancellationToken);
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
            await EndAsync(attempt, settlement);
        }
    }

    private async Task ClaimAsync()
    {
        var stopping = _stopping.Token;
        while (!stopping.IsCancellationRequested)
        {
            var reserved = 0;
            try
            {
                await _free.WaitAsync(stopping);
                for (reserved = 1; reserved < _running.Length && _free.Wait(0, CancellationToken.None); reserved++)
                {
                }

                var deliveries = await _inbox.ClaimAsync(Name, reserved, stopping);
                foreach (var delivery in deliveries)
                {
                    if (LeavesOut(delivery))
                    {
                        LeaveOut(delivery);
                    }
                    else
                    {
                        Begin(delivery);
                    }

                    reserved--;
                }
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                Log.ClaimFailed(_logger, Name, exception);
                await Task.Delay(ClaimRetryDelay, _timeProvider, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            finally
            {
                if (reserved > 0)
                {
                    _free.Release(reserved);
                }
            }
        }
    }

    private void Begin(Delivery delivery)
    {
        DeliveryAttempt attempt;
        lock (_gate)
        {
            var slot = _slots.Pop();
            attempt = new DeliveryAttempt(this, delivery, slot, _timeProvider.GetTimestamp());
            _running[slot] = attempt;
        }

        _metrics.Started(Name);

        // A handler may block before its first await; on a thread of its own it blocks only itself.
        ThreadPool.UnsafeQueueUserWorkItem(attempt, preferLocal: false);
    }

    private async Task EndAsync(DeliveryAttempt attempt, Settlement settlement)
    {
        _metrics.Ended(Name, settlement.Outcome, _timeProvider.GetElapsedTime(attempt.StartedAt));
        _outcomes.Ended(Name, settlement.Outcome);
        await EndAsync(attempt.Slot, attempt.Delivery, settlement);
    }

    /// <summary>Settles what had the slot, and gives the slot to what comes next, or back.</summary>
    private async Task EndAsync(int slot, Delivery delivery, Settlement settlement)
    {
        var next = await SettleAsync(delivery, settlement);
        if (next is not null && _stopping.IsCancellationRequested)
        {
            // Stopped meanwhile: it goes to whoever comes next.
            next = await SettleAsync(next, new Settlement(DeliveryOutcome.Released, _timeProvider.GetUtcNow()));
        }

        lock (_gate)
        {
            _running[slot] = null;
            _slots.Push(slot);
            if (next is not null)
            {
                Begin(next);
                return;
            }

            if (_draining && _slots.Count == _running.Length)
            {
                _drained.TrySetResult();
            }
        }

        _free.Release();
    }

    /// <summary>Before the first attempt only: what was begun is ended, whatever the settings say by then.</summary>
    private bool LeavesOut(Delivery delivery)
    {
        _outcomes.Reached(delivery);
        return delivery.Attempt == 1 && !_handler.Filter.Takes(Name, delivery, _types);
    }

    private void LeaveOut(Delivery delivery)
    {
        int slot;
        lock (_gate)
        {
            slot = _slots.Pop();
        }

        _ = EndAsync(slot, delivery, LeftOut());
    }

    private Settlement LeftOut() => new(DeliveryOutcome.Filtered, _timeProvider.GetUtcNow());

    /// <summary>Settles, and claims what can be begun in its place: nothing that is left out.</summary>
    private async Task<Delivery?> SettleAsync(Delivery delivery, Settlement settlement)
    {
        try
        {
            while (!_stopping.IsCancellationRequested)
            {
                var next = await _inbox.SettleAndClaimAsync(delivery, settlement, CancellationToken.None);
                if (next is null || !LeavesOut(next))
                {
                    return next;
                }

                (delivery, settlement) = (next, LeftOut());
            }

            await _inbox.SettleAsync(delivery, settlement, CancellationToken.None);
        }
        catch (Exception exception)
        {
            Log.SettleFailed(_logger, Name, delivery.Entry.Id, exception);
        }

        return null;
    }

    private Settlement Failed(DeliveryAttempt attempt, Exception exception)
    {
        var delivery = attempt.Delivery;
        var settlement = _schedule.Failed(delivery.Attempt, exception);
        if (settlement.Outcome == DeliveryOutcome.Superseded)
        {
            Log.Superseded(_logger, Name, delivery.Entry.Id, delivery.Entry.NodeId, settlement.Error!);
        }
        else if (settlement.Outcome == DeliveryOutcome.DeadLettered)
        {
            Log.DeadLettered(_logger, Name, delivery.Entry.Id, delivery.Entry.NodeId, delivery.Attempt, settlement.Error!, exception);
        }
        else
        {
            Log.Retrying(_logger, Name, delivery.Entry.Id, delivery.Entry.NodeId, delivery.Attempt, settlement.Delay.TotalSeconds, settlement.Error!, exception);
        }

        return settlement;
    }

    private DeliveryAttempt[] Running()
    {
        lock (_gate)
        {
            return [.. _running.Where(attempt => attempt is not null)!];
        }
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

    private static partial class Log
    {
        [LoggerMessage(310, LogLevel.Warning, "Handler {Handler} failed for event {Event} of node {NodeId}, attempt {Attempt}; the next one follows in {Delay:0.#} s. {Error}")]
        public static partial void Retrying(
            ILogger logger, string handler, Events.EventId @event, NodeId nodeId, int attempt, double delay, string error, Exception exception);

        [LoggerMessage(311, LogLevel.Error, "Handler {Handler} gave up on event {Event} of node {NodeId} after attempt {Attempt}: a dead letter, kept until replayed or discarded. {Error}")]
        public static partial void DeadLettered(
            ILogger logger, string handler, Events.EventId @event, NodeId nodeId, int attempt, string error, Exception exception);

        [LoggerMessage(316, LogLevel.Information, "Handler {Handler} passes over event {Event} of node {NodeId}: {Reason}")]
        public static partial void Superseded(ILogger logger, string handler, Events.EventId @event, NodeId nodeId, string reason);

        [LoggerMessage(312, LogLevel.Error, "Handler {Handler} still runs {Elapsed:0} s after it began event {Event} and ignores its cancellation; it is left to itself")]
        public static partial void Abandoned(ILogger logger, string handler, Events.EventId @event, double elapsed);

        [LoggerMessage(313, LogLevel.Warning, "Handler {Handler} did not end event {Event} before the shutdown; it gets it again after the next start")]
        public static partial void AbandonedAtShutdown(ILogger logger, string handler, Events.EventId @event);

        [LoggerMessage(314, LogLevel.Error, "Deliveries of handler {Handler} cannot be claimed; trying again")]
        public static partial void ClaimFailed(ILogger logger, string handler, Exception exception);

        [LoggerMessage(315, LogLevel.Error, "The result of handler {Handler} for event {Event} could not be recorded; the event is handed out again")]
        public static partial void SettleFailed(ILogger logger, string handler, Events.EventId @event, Exception exception);
    }
}
