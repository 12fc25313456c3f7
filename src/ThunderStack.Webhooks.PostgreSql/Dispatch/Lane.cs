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
