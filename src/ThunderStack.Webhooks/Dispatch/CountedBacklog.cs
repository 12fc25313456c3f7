using ThunderStack.Webhooks.Inbox;

namespace ThunderStack.Webhooks.Dispatch;

/// <summary>What waits for the handlers, as it was last counted: a database is not asked twice for the same.</summary>
internal sealed class CountedBacklog
{
    private volatile IReadOnlyDictionary<string, IReadOnlyList<LaneBacklog>>? _lanes;

    /// <summary>The lanes with anything waiting, by handler; <see langword="null"/> when they could not be counted.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<LaneBacklog>>? Lanes
    {
        get => _lanes;
        set => _lanes = value;
    }
}
