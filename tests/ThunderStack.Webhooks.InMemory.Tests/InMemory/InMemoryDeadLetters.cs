using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Stores;

namespace ThunderStack.Webhooks.InMemory;

/// <summary>Replays and discards.</summary>
/// <param name="data">What is stored.</param>
/// <param name="time">The clock.</param>
/// <param name="isAsked">Whether a filter means a handler.</param>
internal sealed class InMemoryDeadLetters(InMemoryData data, TimeProvider time, Func<StoredHandler, DeliveryFilter, bool> isAsked) : IDeadLetterCommands
{
    public Task<int> ReplayAsync(DeliveryFilter filter, CancellationToken cancellationToken)
    {
        lock (data.Gate)
        {
            var replayed = FindReplayable(filter);
            foreach (var delivery in replayed)
            {
                delivery.State = DeliveryState.Scheduled;
                delivery.Attempts = 0;
                (delivery.Error, delivery.ErrorCode) = (null, null);
                delivery.DueAt = time.GetUtcNow();
                delivery.Wait = (time.GetTimestamp(), TimeSpan.Zero);
                delivery.Turn = data.TakePlace();
                delivery.Handler.Waiting.Add(delivery);
            }

            data.TellChange();
            return Task.FromResult(replayed.Count);
        }
    }

    public Task<int> CountAsync(DeliveryFilter filter, CancellationToken cancellationToken)
    {
        lock (data.Gate)
        {
            return Task.FromResult(FindReplayable(filter).Count);
        }
    }

    public Task<int> DiscardAsync(DeliveryFilter filter, CancellationToken cancellationToken)
    {
        lock (data.Gate)
        {
            var discarded = Find(filter, state => state == DeliveryState.DeadLettered);
            discarded.ForEach(delivery => delivery.State = DeliveryState.Discarded);
            return Task.FromResult(discarded.Count);
        }
    }

    private List<StoredDelivery> FindReplayable(DeliveryFilter filter) => Find(
        filter,
        state => state == DeliveryState.DeadLettered || (!filter.DeadLettersOnly && state is DeliveryState.Succeeded or DeliveryState.Discarded));

    private List<StoredDelivery> Find(DeliveryFilter filter, Func<DeliveryState, bool> isWanted) =>
    [
        .. data.Events.Values.SelectMany(stored => stored.Deliveries)
            .Where(delivery => isWanted(delivery.State) && isAsked(delivery.Handler, filter) && InMemoryFilters.Matches(filter, delivery)),
    ];
}
