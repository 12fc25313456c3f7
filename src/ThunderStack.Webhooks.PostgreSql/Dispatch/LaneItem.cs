using ThunderStack.Webhooks.Inbox;

namespace ThunderStack.Webhooks.PostgreSql.Dispatch;

/// <summary>A delivery in memory.</summary>
/// <param name="turn">Its place in its lane: the event's own, or that of a replay.</param>
/// <param name="seq">The event's place in the order of receipt.</param>
/// <param name="entry">The event.</param>
internal sealed class LaneItem(long turn, long seq, InboxEntry entry)
{
    public long Turn => turn;

    public long Seq => seq;

    public InboxEntry Entry => entry;

    /// <summary>How many attempts have ended.</summary>
    public int Attempts { get; set; }

    /// <summary>When the next one is due, in milliseconds; counts while <see cref="LaneItemState.Waiting"/>.</summary>
    public long DueAt { get; set; }

    public LaneItemState State { get; set; }

    public bool IsReady(long now) => State == LaneItemState.Ready || (State == LaneItemState.Waiting && DueAt <= now);
}

/// <summary>How a delivery in memory stands.</summary>
internal enum LaneItemState
{
    Ready,
    Running,
    Waiting,
    Done,
}
