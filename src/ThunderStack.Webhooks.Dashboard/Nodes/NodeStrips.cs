using System.Collections.Concurrent;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Management.Nodes;

namespace ThunderStack.Webhooks.Dashboard.Nodes;

/// <summary>
/// How all nodes were in the last 24 hours, for their cards. One question for all of them, at most every ten seconds however many people
/// look; what there is too much of is left out at its old end.
/// </summary>
internal sealed class NodeStrips(IInboxAdministration inbox, TimeProvider time)
{
    private const int PageLength = 500;
    private const int MostPages = 4;
    private const int MostLooksBack = 50;
    private const int MostRemembered = 10_000;

    private static readonly TimeSpan Length = TimeSpan.FromHours(24);
    private static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(10);

    // What came before an event does not change, but for one that arrives late.
    private readonly ConcurrentDictionary<WebhookEventId, string> _before = new();
    private volatile Kept? _kept;

    public async Task<Strips> LookAsync(IReadOnlyList<NodeView> nodes, CancellationToken cancellationToken)
    {
        if (_kept is { } kept && time.GetElapsedTime(kept.At) < MaxAge && kept.Latest == LatestOf(nodes))
        {
            return kept.Strips;
        }

        var at = time.GetTimestamp();
        var to = time.GetUtcNow().UtcDateTime;
        var from = to - Length;
        var (changes, isShortened) = await ListAsync(from, cancellationToken);
        var byNode = changes.ToLookup(entry => entry.NodeId.Value, StringComparer.Ordinal);
        var looksLeft = MostLooksBack;
        var strips = new Dictionary<string, IReadOnlyList<Stretch>>(StringComparer.Ordinal);
        foreach (var node in nodes)
        {
            var ordered = byNode[node.Id].OrderBy(entry => entry.EffectiveAt).ToList();
            if (ordered.Count == 0)
            {
                strips[node.Id] = node is { Status: { } status, Since: { } since } && !isShortened ? [new Stretch(status, Later(since, from), to)] : [];
                continue;
            }

            var stretches = new List<Stretch>();
            if (!isShortened && await BeforeAsync(ordered[0], from, () => looksLeft-- > 0, cancellationToken) is { Length: > 0 } before
                && ordered[0].EffectiveAt.UtcDateTime > from)
            {
                stretches.Add(new Stretch(before, from, Earlier(ordered[0].EffectiveAt.UtcDateTime, to)));
            }

            stretches.AddRange(SegmentView.Cut(ordered, from, to, to).Select(segment => new Stretch(segment.Status, segment.From, segment.To)));
            strips[node.Id] = stretches;
        }

        var answer = new Strips(from, to, strips);
        _kept = new Kept(at, LatestOf(nodes), answer);
        return answer;
    }

    private static DateTime Later(DateTime one, DateTime other) => one > other ? one : other;

    private static DateTime Earlier(DateTime one, DateTime other) => one < other ? one : other;

    private static (int Count, DateTime? Since) LatestOf(IReadOnlyList<NodeView> nodes) => (nodes.Count, nodes.Max(node => node.Since));

    private async Task<(List<InboxEntry> Changes, bool IsShortened)> ListAsync(DateTime from, CancellationToken cancellationToken)
    {
        var changes = new List<InboxEntry>();
        var filter = new EventFilter { OnlyChanges = true, From = new DateTimeOffset(from), Limit = PageLength };
        string? cursor = null;
        for (var i = 0; i < MostPages; i++)
        {
            var page = await inbox.PageAsync(filter, cursor, cancellationToken);
            changes.AddRange(page.Items.Where(entry => entry.Status is not null));
            if ((cursor = page.Next) is null)
            {
                return (changes, false);
            }
        }

        return (changes, true);
    }

    private async Task<string> BeforeAsync(InboxEntry first, DateTime from, Func<bool> mayLook, CancellationToken cancellationToken)
    {
        if (_before.TryGetValue(first.Id, out var known) || !mayLook())
        {
            return known ?? "";
        }

        var page = await inbox.PageAsync(
            new EventFilter { NodeId = first.NodeId, OnlyChanges = true, To = new DateTimeOffset(from), Limit = 1 }, null, cancellationToken);
        if (_before.Count >= MostRemembered)
        {
            _before.Clear();
        }

        return _before[first.Id] = page.Items is [{ Status: { } status }, ..] ? status.Value : "";
    }

    private sealed record Kept(long At, (int Count, DateTime? Since) Latest, Strips Strips);
}

/// <summary>The strips of all nodes.</summary>
/// <param name="From">Where they begin.</param>
/// <param name="To">Where they end.</param>
/// <param name="ByNode">The stretches of each node.</param>
internal sealed record Strips(DateTime From, DateTime To, IReadOnlyDictionary<string, IReadOnlyList<Stretch>> ByNode)
{
    /// <summary>The strip of a node.</summary>
    public string Draw(string node) => TimelineDrawing.Strip(ByNode.GetValueOrDefault(node) ?? [], From, To);
}
