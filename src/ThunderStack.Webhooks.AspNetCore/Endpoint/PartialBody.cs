using System.Buffers;

namespace ThunderStack.Webhooks.AspNetCore.Endpoint;

/// <summary>A body of which a part has arrived.</summary>
internal sealed class PartialBody : IDisposable
{
    private const int FirstSize = 4096;

    private readonly BodyBudget _budget;
    private readonly CancellationTokenSource _madeRoom = new();
    private readonly int _size;
    private byte[] _bytes = [];

    /// <param name="budget">Where its memory comes from.</param>
    /// <param name="size">How long it will be, or at most.</param>
    public PartialBody(BodyBudget budget, int size)
    {
        _budget = budget;
        _size = size;
        Node = new LinkedListNode<PartialBody>(this);
    }

    public LinkedListNode<PartialBody> Node { get; }

    /// <summary>How much of the budget it has; the budget's to write.</summary>
    public int Taken { get; set; }

    public int Length { get; private set; }

    /// <summary>Cancelled when it had to make room for others.</summary>
    public CancellationToken MadeRoom => _madeRoom.Token;

    /// <summary>Keeps what has arrived. <see langword="false"/>: there is no memory for it.</summary>
    public bool TryAppend(in ReadOnlySequence<byte> arrived)
    {
        var length = Length + (int)arrived.Length;
        if (length > _bytes.Length)
        {
            var capacity = Math.Min(Math.Max(FirstSize, length * 2), Math.Max(_size, length));
            if (!_budget.TryGrow(this, capacity - _bytes.Length))
            {
                return false;
            }

            Array.Resize(ref _bytes, capacity);
        }

        arrived.CopyTo(_bytes.AsSpan(Length));
        Length = length;
        return true;
    }

    /// <summary>The whole body, whose length stays taken from the budget; <see langword="null"/> if it had to make room.</summary>
    public byte[]? Complete()
    {
        if (!_budget.TryEnd(this, isComplete: true))
        {
            return null;
        }

        _budget.Return(Taken - Length);
        if (_bytes.Length != Length)
        {
            Array.Resize(ref _bytes, Length);
        }

        return _bytes;
    }

    public void MakeRoom()
    {
        // Not on this thread, which holds the budget's lock.
        _ = _madeRoom.CancelAsync();
    }

    public void Dispose()
    {
        _budget.TryEnd(this, isComplete: false);
        _madeRoom.Dispose();
    }
}
