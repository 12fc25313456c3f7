using Microsoft.Extensions.Options;
using ThunderStack.Webhooks.Dispatch;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Nodes;

namespace ThunderStack.Webhooks.Conditions;

/// <summary>What follows from the handlers: what they have given up, what they fail, and what waits for them.</summary>
internal sealed class DispatchConditions(
    IInboxAdministration inbox, HandlerCatalog catalog, HandlerAttempts attempts, CountedBacklog backlog, NodeDirectory nodes, IOptions<ConditionOptions> options,
    IOptions<DispatchOptions> dispatch, TimeProvider time) : IConditionSource
{
    private const int FailuresInARow = 10;
    private const int LookedAt = 1_000;

    /// <summary>The kinds whose subject is, or begins with, a handler.</summary>
    public static readonly IReadOnlyCollection<ConditionKind> OfHandlers =
        [ConditionKind.DeadLetters, ConditionKind.HandlerFailing, ConditionKind.Backlog, ConditionKind.LaneBlocked];

    public IReadOnlyCollection<ConditionKind> Kinds => OfHandlers;

    public async Task<IReadOnlyCollection<Condition>?> FindAsync(IReadOnlyCollection<Condition> open, CancellationToken cancellationToken)
    {
        var handlers = catalog.Current().Keys;
        var found = new List<Condition>();
        var dead = await inbox.ListDeadLettersAsync(LookedAt, cancellationToken).ConfigureAwait(false);
        foreach (var group in dead.Where(letter => handlers.Contains(letter.Handler)).GroupBy(letter => letter.Handler))
        {
            found.Add(Condition.Of(
                ConditionKind.DeadLetters, ConditionSeverity.Warning, group.Key, group.Min(letter => letter.At),
                $"Handler {group.Key} has given up on {Count(group.Count(), dead.Count)}.",
                $"Repair what the handler needs, then run \"thunderstack inbox replay --handler {group.Key}\"."));
        }

        foreach (var handler in handlers)
        {
            found.AddRange(OfFailures(handler, open));
        }

        if (backlog.Lanes is { } lanes)
        {
            found.AddRange(lanes.SelectMany(counted => OfBacklog(counted.Key, counted.Value)));
        }
        else
        {
            found.AddRange(open.Where(condition => condition.Kind == ConditionKind.Backlog || condition.Kind == ConditionKind.LaneBlocked));
        }

        return found;
    }

    // Each replica knows its own attempts only: one that has made none leaves what another one has found.
    private IEnumerable<Condition> OfFailures(string handler, IReadOnlyCollection<Condition> open)
    {
        var known = open.FirstOrDefault(condition => condition.Kind == ConditionKind.HandlerFailing && condition.Subject == handler);
        if (attempts.FailuresInARow(handler) is not { } failures)
        {
            return known is null ? [] : [known];
        }

        return failures.Count >= FailuresInARow || (failures.Count > 0 && known is not null)
            ? [Condition.Of(
                ConditionKind.HandlerFailing, ConditionSeverity.Warning, handler, failures.Since,
                $"The last {Math.Max(failures.Count, FailuresInARow)} attempts of handler {handler} or more have failed.",
                "Its error is in the log, and in \"thunderstack inbox list --pending\".")]
            : [];
    }

    private List<Condition> OfBacklog(string handler, IReadOnlyList<LaneBacklog> lanes)
    {
        var now = time.GetUtcNow();
        var late = lanes.Where(lane => now - lane.OldestReceivedAt > options.Value.BacklogAfter).ToList();
        var found = new List<Condition>();
        if (late.Where(lane => lane.Attempts == 0 || lane.DueAt is null).ToList() is { Count: > 0 } due)
        {
            found.Add(Condition.Of(
                ConditionKind.Backlog, ConditionSeverity.Warning, handler, due.Min(lane => lane.OldestReceivedAt),
                $"Deliveries of handler {handler} have been due for longer than {options.Value.BacklogAfter}.",
                "Look at the handler's Concurrency and at how long it takes; \"thunderstack inbox list --pending\" shows what waits."));
        }

        var isOrdered = dispatch.Value.Ordering == DeliveryOrdering.PerNode;
        foreach (var lane in late.Where(lane => isOrdered && lane.Attempts > 0 && lane.Pending + lane.Scheduled > 1))
        {
            found.Add(Condition.Of(
                ConditionKind.LaneBlocked, ConditionSeverity.Warning, $"{handler}/{lane.NodeId}", lane.OldestReceivedAt,
                $"Events of node {nodes.DisplayNameOf(lane.NodeId)} wait for handler {handler} behind one that fails.",
                $"Look at it with \"thunderstack inbox show {lane.Head.ToString()[^10..]}\", and repair what the handler needs.") with
            { NodeId = lane.NodeId });
        }

        return found;
    }

    private static string Count(int count, int looked) =>
        looked >= LookedAt ? $"{count} events or more" : count == 1 ? "an event" : $"{count} events";
}
