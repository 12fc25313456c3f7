using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Stores;

namespace ThunderStack.Webhooks.InMemory;

/// <summary>Removes old events and their deliveries; ids stay.</summary>
/// <param name="data">What is stored.</param>
/// <param name="holdsUp">Whether what waits for a handler must stay: for one that was left out, it need not.</param>
internal sealed class InMemoryRetention(InMemoryData data, Predicate<StoredHandler> holdsUp) : IRetentionCommand
{
    public Task<int> ApplyAsync(DateTimeOffset cutoff, CancellationToken cancellationToken)
    {
        lock (data.Gate)
        {
            var old = data.Events.Values.Where(stored => stored.Entry.ReceivedAt < cutoff && !stored.Deliveries.Exists(MustStay)).ToList();
            foreach (var stored in old)
            {
                data.Events.Remove(stored.Place);
                data.EventsById.Remove(stored.Entry.Id);
                stored.Deliveries.ForEach(delivery => delivery.Handler.Waiting.Remove(delivery));
            }

            return Task.FromResult(old.Count);
        }
    }

    private bool MustStay(StoredDelivery delivery) => delivery.State switch
    {
        DeliveryState.DeadLettered => true,
        DeliveryState.Pending or DeliveryState.Scheduled => holdsUp(delivery.Handler),
        _ => false,
    };
}
