using System.Collections.Concurrent;
using ThunderStack.Webhooks.Conditions;
using ThunderStack.Webhooks.Inbox;

namespace ThunderStack.Webhooks.Dispatch;

/// <summary>How the handlers of this process do, as far as conditions follow from it.</summary>
internal sealed class HandlerOutcomes(ConditionSignal signal, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, Failures> _failures = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, int> _running = new(StringComparer.Ordinal);

    /// <summary>How many attempts have failed since the last that succeeded; <see langword="null"/> when none has ended yet.</summary>
    public Failures? FailuresInARow(string handler) => _failures.GetValueOrDefault(handler);

    /// <summary>An event has reached a handler: how its node is may be new.</summary>
    public void Reached(Delivery delivery)
    {
        if (delivery is { Attempt: 1, Entry.Status: not null })
        {
            signal.Raise();
        }
    }

    /// <summary>How many attempts run at this moment.</summary>
    public int Running(string handler) => _running.GetValueOrDefault(handler);

    public void Started(string handler) => _running.AddOrUpdate(handler, 1, static (_, count) => count + 1);

    public void Ended(string handler, DeliveryOutcome outcome)
    {
        _running.AddOrUpdate(handler, 0, static (_, count) => count - 1);
        var before = _failures.GetValueOrDefault(handler);
        switch (outcome)
        {
            case DeliveryOutcome.Succeeded when before is not { Count: 0 }:
                _failures[handler] = new Failures(0, default);
                signal.Raise();
                break;
            case DeliveryOutcome.Retry or DeliveryOutcome.DeadLettered:
                _failures.AddOrUpdate(handler, _ => new Failures(1, time.GetUtcNow()), (_, known) => known.Count == 0
                    ? new Failures(1, time.GetUtcNow())
                    : known with { Count = known.Count + 1 });
                signal.Raise();
                break;
        }
    }

    /// <summary>Attempts that failed one after the other.</summary>
    /// <param name="Count">How many.</param>
    /// <param name="Since">When the first of them ended.</param>
    internal sealed record Failures(int Count, DateTimeOffset Since);
}
