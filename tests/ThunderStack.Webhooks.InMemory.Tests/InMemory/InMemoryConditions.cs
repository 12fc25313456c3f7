using ThunderStack.Webhooks.Conditions;
using ThunderStack.Webhooks.Events;

namespace ThunderStack.Webhooks.InMemory;

/// <summary>Opens and closes conditions, each together with the event that tells of it.</summary>
internal sealed class InMemoryConditions(InMemoryData data) : IConditionStore
{
    public Task<bool> ChangeAsync(Condition condition, ConditionChange change, DateTimeOffset at, Duty duty, CancellationToken cancellationToken)
    {
        lock (data.Gate)
        {
            var open = data.OpenConditions.Find(other => other.Kind == condition.Kind && other.Subject == condition.Subject);
            if ((open is null) != (change == ConditionChange.Opened))
            {
                return Task.FromResult(false);
            }

            if (open is not null)
            {
                data.OpenConditions.Remove(open);
            }

            switch (change)
            {
                case ConditionChange.Opened:
                    data.OpenConditions.Add(condition with { ToldAt = at });
                    break;
                case ConditionChange.Reminded:
                    data.OpenConditions.Add(open! with { ToldAt = at, QuietUntil = null });
                    break;
                default:
                    data.ClosedConditions.Add(open! with { ClosedAt = at });
                    break;
            }

            // Before the event: what is handed out of it must not look stale.
            var told = ConditionChanged.Write(condition, change, at);
            var key = (condition.Kind, condition.Subject);
            data.LatestConditionEvents[key] = change == ConditionChange.Reminded
                ? (data.LatestConditionEvents[key].Change, told.Id)
                : (told.Id, null);
            data.TryAppend(told);
            return Task.FromResult(true);
        }
    }

    /// <summary>This process is the only one, so every duty is its own.</summary>
    public Task<bool> HoldAsync(Duty duty, TimeSpan lease, CancellationToken cancellationToken) => Task.FromResult(true);
}
