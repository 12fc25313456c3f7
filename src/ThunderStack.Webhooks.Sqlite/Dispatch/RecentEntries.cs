namespace ThunderStack.Webhooks.Sqlite.Dispatch;

/// <summary>The events committed last, so that what is dispatched at once is not read back.</summary>
/// <remarks>Bounded in number and in size. An event that is not here is read from the table.</remarks>
internal sealed class RecentEntries
{
    private const int Capacity = 4_096;
    private const int LargestBody = 4_096;

    private readonly StoredEntry?[] _slots = new StoredEntry?[Capacity];

    public void Add(StoredEntry entry) =>
        Volatile.Write(ref _slots[entry.Seq & (Capacity - 1)], entry.Entry is { Body.Length: <= LargestBody } ? entry : null);

    public InboxEntry? Find(long seq) =>
        Volatile.Read(ref _slots[seq & (Capacity - 1)]) is { } entry && entry.Seq == seq ? entry.Entry : null;
}
