namespace ThunderStack.Webhooks.AspNetCore.Endpoint;

/// <summary>
/// The memory that bodies may take, over all requests together. When it is used up, the body that has been waited for longest
/// makes room: a genuine event arrives at once, so whoever sends slowly pays, not whoever comes next.
/// </summary>
internal sealed class BodyBudget(long limit)
{
    private const long Smallest = 4 * 1024 * 1024;
    private const long Largest = 64 * 1024 * 1024;

    // A sixteenth of what the process may use: the bytes are there twice while they are copied, and much else needs room too.
    private const int Share = 16;

    private readonly Lock _gate = new();
    private readonly LinkedList<PartialBody> _partial = new();
    private long _taken;

    /// <summary>For the memory that this process may use: the machine's, the container's or the heap limit.</summary>
    public BodyBudget()
        : this(Math.Clamp(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / Share, Smallest, Largest))
    {
    }

    /// <summary>What is taken now, in bytes.</summary>
    public long Taken
    {
        get
        {
            lock (_gate)
            {
                return _taken;
            }
        }
    }

    /// <summary>Takes memory for a body that has arrived whole. <see langword="false"/>: there is none, and none can be made.</summary>
    public bool TryTake(long bytes)
    {
        lock (_gate)
        {
            return TryTakeInside(bytes, except: null);
        }
    }

    public void Return(long bytes)
    {
        lock (_gate)
        {
            _taken -= bytes;
        }
    }

    /// <summary>Takes memory for a body that has not arrived whole, and may lose it again. Dispose it in any case.</summary>
    public PartialBody Begin(int size)
    {
        var body = new PartialBody(this, size);
        lock (_gate)
        {
            _partial.AddLast(body.Node);
        }

        return body;
    }

    /// <summary>Takes more for a body that is waited for. <see langword="false"/>: there is none, or it had to make room.</summary>
    public bool TryGrow(PartialBody body, int bytes)
    {
        lock (_gate)
        {
            if (body.Node.List is null || !TryTakeInside(bytes, body))
            {
                return false;
            }

            body.Taken += bytes;
            return true;
        }
    }

    /// <summary>Ends the waiting. What the body took stays taken when it is complete; <see langword="false"/> if it had to make room.</summary>
    public bool TryEnd(PartialBody body, bool isComplete)
    {
        lock (_gate)
        {
            if (body.Node.List is null)
            {
                return false;
            }

            _partial.Remove(body.Node);
            if (!isComplete)
            {
                _taken -= body.Taken;
            }

            return true;
        }
    }

    private bool TryTakeInside(long bytes, PartialBody? except)
    {
        for (var oldest = _partial.First; _taken + bytes > limit && oldest is not null;)
        {
            var next = oldest.Next;
            if (oldest.Value != except && oldest.Value.Taken > 0)
            {
                _partial.Remove(oldest);
                _taken -= oldest.Value.Taken;
                oldest.Value.MakeRoom();
            }

            oldest = next;
        }

        if (_taken + bytes > limit)
        {
            return false;
        }

        _taken += bytes;
        return true;
    }
}
