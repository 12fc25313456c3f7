namespace ThunderStack.Webhooks.Sqlite.Dispatch;

/// <summary>Every delivery on its own: none waits for another.</summary>
internal sealed class UnorderedSchedule : DeliverySchedule
{
    private readonly Queue<(long Seq, NodeSlot Node)> _ready = new();
    private readonly PriorityQueue<(long Seq, NodeSlot Node), long> _waiting = new();

    public override long? NextDue => _waiting.TryPeek(out _, out var due) ? due : null;

    public override bool HasReady => _ready.Count > 0;

    public override void Add(long seq, NodeSlot node, long now)
    {
        if (DueAt(seq) is var due && due > now)
        {
            _waiting.Enqueue((seq, node), due);
        }
        else
        {
            _ready.Enqueue((seq, node));
        }
    }

    public override long Take(out NodeSlot node)
    {
        (var seq, node) = _ready.Dequeue();
        return seq;
    }

    public override void AdoptClaim(NodeSlot node)
    {
    }

    public override void Wake(long now)
    {
        while (_waiting.TryPeek(out var delivery, out var due) && due <= now)
        {
            _waiting.Dequeue();
            _ready.Enqueue(delivery);
        }
    }

    protected override void EndClaim(NodeSlot node, long now)
    {
    }

    protected override void PutBack(long seq, NodeSlot node, long now) => Add(seq, node, now);
}
