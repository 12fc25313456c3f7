namespace ThunderStack.Webhooks.PostgreSql.Dispatch;

/// <summary>
/// A lane (handler, node) that this replica holds, and what runs in it. It exists from the answer that granted its first
/// delivery to the answer that released it. Guarded by the lock of the <see cref="HandlerLanes"/>.
/// </summary>
/// <param name="handler">The handler's number in the tables.</param>
/// <param name="node">The node's.</param>
/// <param name="token">What the lane's row carries while it is held; random, so that no other claim has ever had it.</param>
internal sealed class Lane(int handler, int node, Guid token)
{
    // A lane goes on with its next delivery in the same slot; after so many, others come first.
    private const int Turn = 16;

    private readonly List<long> _running = [];
    private int _granted;

    public int Handler => handler;

    public int Node => node;

    public Guid Token => token;

    /// <summary>The places of the deliveries that run.</summary>
    public IReadOnlyList<long> Running => _running;

    /// <summary>Whether it has had its turn, so that others that wait come first.</summary>
    public bool HadItsTurn => _granted >= Turn;

    /// <summary>Whether something came for it that the statement on its way may not have seen.</summary>
    public bool IsTouched { get; set; }

    public void Begin(long seq)
    {
        _running.Add(seq);
        _granted++;
    }

    public void End(long seq) => _running.Remove(seq);

    public void EndAll() => _running.Clear();
}

/// <summary>What the server said of a lane in the statement that moved it.</summary>
/// <param name="Handler">The handler's number.</param>
/// <param name="Node">The node's number.</param>
/// <param name="Token">The lane's token, with which it is held if <paramref name="Next"/> is there.</param>
/// <param name="HasNext">Whether the lane has a delivery that is due, granted or not.</param>
/// <param name="Next">The delivery that is granted with this answer.</param>
internal sealed record LaneAnswer(int Handler, int Node, Guid Token, bool HasNext, GrantedDelivery? Next);

/// <summary>A delivery that may begin.</summary>
/// <param name="Seq">The event's place in the order of receipt.</param>
/// <param name="Attempts">How many attempts have ended.</param>
/// <param name="IsStale">Whether the node has a later status.</param>
/// <param name="Entry">The event.</param>
internal sealed record GrantedDelivery(long Seq, int Attempts, bool IsStale, InboxEntry Entry);
