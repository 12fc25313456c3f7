using ThunderStack.Webhooks.Inbox;

namespace ThunderStack.Webhooks.Management.Deliveries;

/// <summary>What can be done with deliveries that have ended.</summary>
internal enum DeliveryAction
{
    /// <summary>They are handed out again.</summary>
    Replay,

    /// <summary>They are let go.</summary>
    Discard,
}

/// <summary>Counts, replays and discards deliveries, for the API and for pages.</summary>
internal sealed class DeliveryChanges(IInboxAdministration inbox)
{
    public Task<int> CountAsync(IReadOnlyList<DeliveryFilter> filters, CancellationToken cancellationToken) =>
        SumAsync(filters, inbox.CountAsync, cancellationToken);

    public Task<int> RunAsync(DeliveryAction action, IReadOnlyList<DeliveryFilter> filters, CancellationToken cancellationToken) =>
        SumAsync(filters, action == DeliveryAction.Replay ? inbox.ReplayAsync : inbox.DiscardAsync, cancellationToken);

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
