namespace ThunderStack.Webhooks.Sqlite.Dispatch;

/// <summary>A queue of sequence numbers that also takes them back at its head. Eight bytes each, however long the backlog.</summary>
internal sealed class SequenceQueue
{
    private const int InitialCapacity = 4;

    private long[] _items = [];
    private int _head;

    public int Count { get; private set; }

    public void Enqueue(long seq)
    {
        EnsureRoom();
        _items[(_head + Count) & (_items.Length - 1)] = seq;
        Count++;
    }

    public void PutBack(long seq)
    {
        EnsureRoom();
        _head = (_head - 1) & (_items.Length - 1);
        _items[_head] = seq;
        Count++;
    }

    public long Peek() => Count > 0 ? _items[_head] : throw new InvalidOperationException("The queue is empty.");

    public long Dequeue()
    {
        var seq = Peek();
        _head = (_head + 1) & (_items.Length - 1);
        Count--;
        if (Count == 0 && _items.Length > 1_024)
        {
            // The backlog is gone; so is the need for its room.
            _items = [];
            _head = 0;
        }

        return seq;
    }

    private void EnsureRoom()
    {
        if (Count < _items.Length)
        {
            return;
        }

        var items = new long[Math.Max(InitialCapacity, _items.Length * 2)];
        for (var i = 0; i < Count; i++)
        {
            items[i] = _items[(_head + i) & (_items.Length - 1)];
        }

        _items = items;
        _head = 0;
    }
}
