namespace ThunderStack.Webhooks.Notify.Notices;

/// <summary>What happened before an event, as far as a message has to tell it.</summary>
/// <param name="Untold">What nobody was told, oldest first.</param>
/// <param name="FailedSince">Since when the node had failed.</param>
internal sealed record NoticePast(IReadOnlyList<string> Untold, DateTimeOffset? FailedSince)
{
    public static NoticePast None { get; } = new([], null);
}
