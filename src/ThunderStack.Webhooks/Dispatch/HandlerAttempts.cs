using System.Collections.Concurrent;
using ThunderStack.Webhooks.Conditions;
using ThunderStack.Webhooks.Inbox;

namespace ThunderStack.Webhooks.Dispatch;

/// <summary>
/// The attempts of this process: how many run, and how many have failed in a row since it started. Another process that shares the inbox
/// has its own. A singleton of the application's services.
/// </summary>
public sealed class HandlerAttempts
{
    private readonly ConcurrentDictionary<string, Failures> _failures = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, int> _running = new(StringComparer.Ordinal);
    private readonly ConditionSignal _signal;
    private readonly TimeProvider _time;

    internal HandlerAttempts(ConditionSignal signal, TimeProvider time) => (_signal, _time) = (signal, time);

    /// <summary>How many attempts run at this moment.</summary>
    /// <param name="handler">The handler's name.</param>
    public int CountRunning(string handler) => _running.GetValueOrDefault(handler);

    /// <summary>How many attempts have failed since the last that succeeded.</summary>
    /// <param name="handler">The handler's name.</param>
    public int CountFailuresInARow(string handler) => FailuresInARow(handler)?.Count ?? 0;

    /// <summary>The attempts that have failed since the last that succeeded; <see langword="null"/> when none has ended yet.</summary>
    internal Failures? FailuresInARow(string handler) => _failures.GetValueOrDefault(handler);

    /// <summary>An event has reached a handler: how its node is may be new.</summary>
    internal void Reached(Delivery delivery)
    {
        if (delivery is { Attempt: 1, Entry.Status: not null })
        {
            _signal.Raise();
        }
    }

    internal void Started(string handler) => _running.AddOrUpdate(handler, 1, static (_, count) => count + 1);

    internal void Ended(string handler, DeliveryOutcome outcome)
    {
        _running.AddOrUpdate(handler, 0, static (_, count) => count - 1);
        var before = _failures.GetValueOrDefault(handler);
        switch (outcome)
        {
            case DeliveryOutcome.Succeeded when before is not { Count: 0 }:
                _failures[handler] = new Failures(0, default);
                _signal.Raise();
                break;
            case DeliveryOutcome.Retry or DeliveryOutcome.DeadLettered:
                _failures.AddOrUpdate(handler, _ => new Failures(1, _time.GetUtcNow()), (_, known) => known.Count == 0
                    ? new Failures(1, _time.GetUtcNow())
                    : known with { Count = known.Count + 1 });
                _signal.Raise();
                break;
        }
    }

    /// <summary>Attempts that failed one after the other.</summary>
    /// <param name="Count">How many.</param>
    /// <param name="Since">When the first of them ended.</param>
    internal sealed record Failures(int Count, DateTimeOffset Since);
}
