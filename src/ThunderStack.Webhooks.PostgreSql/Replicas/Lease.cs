namespace ThunderStack.Webhooks.PostgreSql.Replicas;

/// <summary>How this replica stands with the others: its number, and whether it may begin attempts.</summary>
/// <remarks>
/// Until <see cref="InboxLimits.Lease"/> after its last renewal, by the database's clock, nobody takes what this replica
/// holds. It begins attempts only soon after a renewal, by its own clock from before it asked; so whatever it began has
/// ended when somebody else may begin.
/// </remarks>
internal sealed class Lease(InboxLimits limits)
{
    private long _renewedAt = long.MinValue / 2;
    private long _replica;

    /// <summary>This replica's number; another one after a lease was lost.</summary>
    public long Replica => Interlocked.Read(ref _replica);

    /// <summary>Whether others take part as well.</summary>
    public bool HasPeers { get; private set; }

    public bool IsUsable => Environment.TickCount64 - Interlocked.Read(ref _renewedAt) < limits.LeaseUse.TotalMilliseconds;

    /// <summary>The database has just written that this replica lives.</summary>
    public void Renew(long replica, long askedAt, bool hasPeers)
    {
        HasPeers = hasPeers;
        Interlocked.Exchange(ref _replica, replica);
        Interlocked.Exchange(ref _renewedAt, askedAt);
    }
}
