namespace ThunderStack.Webhooks.Sqlite.Dispatch;

/// <summary>A lane for each node: one delivery at a time, in order of receipt. Lanes take turns.</summary>
internal sealed class PerNodeSchedule : DeliverySchedule
{
    private readonly List<Lane?> _lanes = [];
    private readonly Queue<Lane> _ready = new();
    private readonly PriorityQueue<Lane, long> _waiting = new();

    public override long? NextDue => _waiting.TryPeek(out _, out var due) ? due : null;

    public override bool HasReady => _ready.Count > 0;

    public override void Add(long seq, NodeSlot node, long now)
    {
        var lane = LaneOf(node);
        lane.Deliveries.Enqueue(seq);
        Advance(lane, now);
    }

    public override long Take(out NodeSlot node)
    {
        var lane = _ready.Dequeue();
        lane.IsQueued = false;
        lane.Claims++;
        node = lane.Node;
        return lane.Deliveries.Dequeue();
    }

    public override void AdoptClaim(NodeSlot node) => LaneOf(node).Claims++;

    public override void Wake(long now)
    {
        while (_waiting.TryPeek(out var lane, out var due) && due <= now)
        {
            _waiting.Dequeue();
            lane.IsQueued = false;
            Advance(lane, now);
        }
    }

    protected override void EndClaim(NodeSlot node, long now)
    {
        var lane = LaneOf(node);
        lane.Claims--;
        Advance(lane, now);
    }

    protected override void PutBack(long seq, NodeSlot node, long now)
    {
        LaneOf(node).Deliveries.PutBack(seq);
        EndClaim(node, now);
    }

    private void Advance(Lane lane, long now)
    {
        if (lane.IsQueued || lane.Claims > 0 || lane.Deliveries.Count == 0)
        {
            return;
        }

        lane.IsQueued = true;
        if (DueAt(lane.Deliveries.Peek()) is var due && due > now)
        {
            _waiting.Enqueue(lane, due);
        }
        else
        {
            _ready.Enqueue(lane);
        }
    }

    private Lane LaneOf(NodeSlot node)
    {
        while (_lanes.Count <= node.Index)
        {
            _lanes.Add(null);
        }

        return _lanes[node.Index] ??= new Lane(node);
    }

    private sealed class Lane(NodeSlot node)
    {
        public NodeSlot Node => node;

        public SequenceQueue Deliveries { get; } = new();

        /// <summary>Claims that are not settled: one, or more for a while after the ordering was changed.</summary>
        public int Claims { get; set; }

        /// <summary>Whether it is among the ready or the waiting lanes.</summary>
        public bool IsQueued { get; set; }
    }
}
