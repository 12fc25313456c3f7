using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Inbox;

namespace ThunderStack.Webhooks.Management.Nodes;

/// <summary>Finds out how nodes were over time.</summary>
internal sealed class NodeTimeline(IInboxAdministration inbox, TimeProvider time)
{
    private const int MostChanges = 500;
    private const int MostLooksBack = 20;

    /// <summary>The statuses that a node had.</summary>
    public async Task<TimelineView> LookAsync(NodeId node, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        var filter = new EventFilter { NodeId = node, OnlyChanges = true };
        var (changes, isShortened) = await ListAsync(filter with { From = from, To = to, Limit = MostChanges }, cancellationToken);
        if (!isShortened && await BeforeAsync(filter with { To = from, Limit = 1 }, cancellationToken) is { } before)
        {
            changes.Add(before);
        }

        // By the instant that orders a node's events; what came late is put where it belongs.
        var ordered = changes.OrderBy(entry => entry.EffectiveAt).ToList();
        var segments = SegmentView.Cut(ordered, from, to, time.GetUtcNow());
        return new TimelineView(
            node.Value,
            from.UtcDateTime,
            to.UtcDateTime,
            segments,
            segments.GroupBy(segment => segment.Status).ToDictionary(group => group.Key, group => group.Sum(segment => (segment.To - segment.From).TotalSeconds)),
            isShortened);
    }

    private async Task<(List<InboxEntry> Changes, bool IsShortened)> ListAsync(EventFilter filter, CancellationToken cancellationToken)
    {
        var changes = new List<InboxEntry>();
        string? cursor = null;
        do
        {
            var page = await inbox.PageAsync(filter, cursor, cancellationToken);
            changes.AddRange(page.Items.Where(entry => entry.Status is not null));
            cursor = page.Next;
        }
        while (cursor is not null && changes.Count < MostChanges);
        return (changes, cursor is not null);
    }

    // Its last change before: a page may be empty, or have an event without a status, and still have a next one.
    private async Task<InboxEntry?> BeforeAsync(EventFilter filter, CancellationToken cancellationToken)
    {
        string? cursor = null;
        for (var i = 0; i < MostLooksBack; i++)
        {
            var page = await inbox.PageAsync(filter, cursor, cancellationToken);
            if (page.Items.FirstOrDefault(entry => entry.Status is not null) is { } found)
            {
                return found;
            }

            if ((cursor = page.Next) is null)
            {
                break;
            }
        }

        return null;
    }
}
