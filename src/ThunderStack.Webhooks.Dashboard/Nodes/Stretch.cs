namespace ThunderStack.Webhooks.Dashboard.Nodes;

/// <summary>A stretch of time in which a node had one status.</summary>
/// <param name="Status">The status.</param>
/// <param name="From">From when.</param>
/// <param name="To">Until when.</param>
/// <param name="EventId">The event that said so; nothing where several are drawn as one.</param>
/// <param name="Count">How many there are, where several are drawn as one.</param>
internal sealed record Stretch(string Status, DateTime From, DateTime To, string? EventId = null, int Count = 1);
