using Microsoft.Extensions.Options;
using ThunderStack.Webhooks.Dispatch;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Inbox;

namespace ThunderStack.Webhooks.Notify.Heartbeats;

/// <summary>
/// Whether deliveries that are due are attempted. A handler whose attempts fail moves: each is followed by another, later. One whose
/// due deliveries are the same for minutes has nobody who works on them.
/// </summary>
internal sealed class BacklogMovement(IInboxAdministration inbox, HandlerCatalog catalog, IOptions<DispatchOptions> options, TimeProvider time)
{
    private static readonly TimeSpan ShortestStandstill = TimeSpan.FromMinutes(5);

    private readonly SemaphoreSlim _looking = new(1);
    private Dictionary<string, (HashSet<(NodeId Node, WebhookEventId Head, int Attempts)> Due, long Since)> _standing = new(StringComparer.Ordinal);

    // An attempt may take this long, during which its delivery stands still and is worked on.
    private TimeSpan Standstill => options.Value.HandlerTimeout * 2 is var attempt && attempt > ShortestStandstill ? attempt : ShortestStandstill;

    /// <summary>Looks again.</summary>
    public async Task<bool> MovesAsync(CancellationToken cancellationToken)
    {
        await _looking.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var standing = new Dictionary<string, (HashSet<(NodeId, WebhookEventId, int)> Due, long Since)>(StringComparer.Ordinal);
            var now = time.GetTimestamp();
            foreach (var handler in catalog.ListNames())
            {
                var due = (await inbox.ListBacklogAsync(handler, cancellationToken).ConfigureAwait(false))
                    .Where(lane => lane.DueAt is not { } at || at <= time.GetUtcNow())
                    .Select(lane => (lane.NodeId, lane.Head, lane.Attempts))
                    .ToHashSet();
                if (due.Count > 0)
                {
                    standing[handler] = (due, _standing.TryGetValue(handler, out var before) && before.Due.SetEquals(due) ? before.Since : now);
                }
            }

            _standing = standing;
            return standing.Values.All(handler => time.GetElapsedTime(handler.Since, now) < Standstill);
        }
        finally
        {
            _looking.Release();
        }
    }
}
