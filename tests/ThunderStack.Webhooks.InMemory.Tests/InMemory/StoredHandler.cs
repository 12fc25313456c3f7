namespace ThunderStack.Webhooks.InMemory;

/// <summary>A handler, and what it still has to do.</summary>
/// <param name="number">Which of the handlers it is, from 1: the order of deliveries of one event.</param>
/// <param name="name">Its name.</param>
internal sealed class StoredHandler(int number, string name)
{
    public int Number { get; } = number;

    public string Name { get; } = name;

    public DateTimeOffset? PausedAt { get; set; }

    public string? PausedBy { get; set; }

    /// <summary>What is pending or scheduled, claimed or not, in the order of its turns.</summary>
    public SortedSet<StoredDelivery> Waiting { get; } = new(Comparer<StoredDelivery>.Create((left, right) => left.Turn.CompareTo(right.Turn)));
}
