using ThunderStack.Webhooks.Dashboard.Text;
using ThunderStack.Webhooks.Management.Events;

namespace ThunderStack.Webhooks.Dashboard.Events;

/// <summary>A page of the list of events.</summary>
/// <param name="Query">The state of the page.</param>
/// <param name="Events">The events, the newest first.</param>
/// <param name="Next">Where the next page begins; <see langword="null"/> on the last.</param>
/// <param name="Nodes">The nodes to choose from: id, and how to call it.</param>
/// <param name="Handlers">The handlers to choose from.</param>
internal sealed record EventListModel(
    PageQuery Query, IReadOnlyList<EventView> Events, string? Next, IReadOnlyList<KeyValuePair<string, string>> Nodes, IReadOnlyList<string> Handlers)
    : IPageModel
{
    public string Title => "Events";

    public Section Section => Section.Events;

    // What is older does not change.
    public string Live => Query["cursor"].Length == 0 ? "event" : "";
}

/// <summary>One event.</summary>
/// <param name="Event">What is known of it.</param>
/// <param name="Body">The exact bytes; none once retention has removed them.</param>
/// <param name="Verification">What checking the signature just now has come to; <see langword="null"/> when nobody asked.</param>
internal sealed record EventModel(EventDetailView Event, ReadOnlyMemory<byte> Body, VerificationView? Verification) : IPageModel
{
    public string Title => $"Event {Event.Event.Id[^10..]}";

    public Section Section => Section.Events;

    public string Live => "delivery deliveries";

    /// <summary>The body as fields; <see langword="null"/> when it is no JSON.</summary>
    public ParsedBody? Parsed { get; } = ParsedBody.Of(Body);
}
