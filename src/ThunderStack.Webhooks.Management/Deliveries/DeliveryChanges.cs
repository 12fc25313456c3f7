using ThunderStack.Webhooks.Inbox;

namespace ThunderStack.Webhooks.Management.Deliveries;

/// <summary>What can be done with deliveries that have ended.</summary>
public enum DeliveryAction
{
    /// <summary>They are handed out again.</summary>
    Replay = 0,

    /// <summary>They are let go.</summary>
    Discard = 1,
}

/// <summary>Counts, replays and discards deliveries, for the API and for pages.</summary>
internal sealed class DeliveryChanges(IInboxAdministration inbox, TimeProvider time)
{
    /// <exception cref="ManagementException">The change makes no sense.</exception>
    public async Task<DeliveryChangeView> RunAsync(ManagementCall call, DeliveryAction action, DeliveryChange change)
    {
        if (action == DeliveryAction.Discard && !change.DeadLettersOnly)
        {
            throw ManagementException.BadRequest("Only dead letters can be discarded: leave deadLettersOnly out.");
        }

        // The clocks of replicas may differ a little; what ended a moment ago by another's clock is left for the next time.
        var asOf = change.AsOf ?? time.GetUtcNow();
        var filters = change.ToFilters(asOf);
        if (change.DryRun)
        {
            return new DeliveryChangeView(await SumAsync(filters, inbox.CountAsync, call.Cancelled), asOf.UtcDateTime);
        }

        call.Tell(change.Describe(), "not finished");
        var count = await SumAsync(filters, action == DeliveryAction.Replay ? inbox.ReplayAsync : inbox.DiscardAsync, call.Cancelled);
        call.Tell(change.Describe(), $"{count}");
        return new DeliveryChangeView(count, asOf.UtcDateTime);
    }

    private static async Task<int> SumAsync(
        IReadOnlyList<DeliveryFilter> filters, Func<DeliveryFilter, CancellationToken, Task<int>> ask, CancellationToken cancellationToken)
    {
        var sum = 0;
        foreach (var filter in filters)
        {
            sum += await ask(filter, cancellationToken);
        }

        return sum;
    }
}
