using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Management.Routing;

namespace ThunderStack.Webhooks.Management.Nodes;

/// <summary>A stretch of time in which a node had one status.</summary>
internal sealed record SegmentView(string Status, DateTime From, DateTime To, string EventId, EventSource Source);

/// <summary>How a node was over time.</summary>
/// <param name="NodeId">The node.</param>
/// <param name="From">From when.</param>
/// <param name="To">Until when.</param>
/// <param name="Segments">Its statuses, the oldest first. Before the first nothing is known.</param>
/// <param name="Seconds">How long it had each.</param>
/// <param name="IsShortened">Whether there were more changes than are shown: then the oldest are left out.</param>
internal sealed record TimelineView(
    string NodeId, DateTime From, DateTime To, IReadOnlyList<SegmentView> Segments, IReadOnlyDictionary<string, double> Seconds, bool IsShortened);

/// <summary>How nodes were over time.</summary>
internal sealed class TimelineRoutes(IInboxAdministration inbox, TimeProvider time) : IManagementFeature
{
    private const int PageLength = 500;
    private const int MostChanges = 5_000;
    private const int MostLooksBack = 20;

    private static readonly TimeSpan Usual = TimeSpan.FromDays(7);

    public void Map(ManagementRoutes routes) => routes.Map(
        ManagementRoute.Get<TimelineView>("/api/v1/nodes/{nodeId}/timeline", "The statuses that a node had, and for how long.") with
        {
            Query = [new("from", "From when; 7 days before its end by default."), new("to", "Until when; now by default.")],
        },
        AnswerAsync);

    private async Task AnswerAsync(ManagementCall call)
    {
        var to = call.Instant("to") ?? time.GetUtcNow();
        var from = call.Instant("from") ?? to - Usual;
        if (from >= to)
        {
            throw ManagementException.BadRequest("from is not before to.");
        }

        var filter = new EventFilter { NodeId = call.NodeId, OnlyChanges = true };
        var (changes, isShortened) = await ListAsync(filter with { From = from, To = to, Limit = PageLength }, call.Cancelled);
        if (!isShortened && await BeforeAsync(filter with { To = from, Limit = 1 }, call.Cancelled) is { } before)
        {
            changes.Add(before);
        }

        // By the instant that orders a node's events; what came late is put where it belongs.
        var ordered = changes.OrderBy(entry => entry.EffectiveAt).ToList();
        var segments = new List<SegmentView>();
        for (var i = 0; i < ordered.Count; i++)
        {
            var start = Within(ordered[i].EffectiveAt);
            var end = i + 1 < ordered.Count ? Within(ordered[i + 1].EffectiveAt) : to < time.GetUtcNow() ? to : Within(time.GetUtcNow());
            if (end > start)
            {
                segments.Add(new SegmentView(ordered[i].Status!.Value.Value, start.UtcDateTime, end.UtcDateTime, ordered[i].Id.ToString(), ordered[i].Source));
            }
        }

        await call.AnswerAsync(new TimelineView(
            call.NodeId.Value,
            from.UtcDateTime,
            to.UtcDateTime,
            segments,
            segments.GroupBy(segment => segment.Status).ToDictionary(group => group.Key, group => group.Sum(segment => (segment.To - segment.From).TotalSeconds)),
            isShortened));

        DateTimeOffset Within(DateTimeOffset instant) => instant < from ? from : instant > to ? to : instant;
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
