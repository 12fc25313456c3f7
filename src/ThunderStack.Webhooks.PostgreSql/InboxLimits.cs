namespace ThunderStack.Webhooks.PostgreSql;

/// <summary>The numbers behind the inbox's behaviour, which tests make smaller.</summary>
/// <remarks>All of these times are real: a database and its leases do not follow a clock that a test turns.</remarks>
internal sealed record InboxLimits
{
    // A handler is given up 5 s after its timeout, by a look every second; and clocks do not run alike.
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(8);

    /// <summary>How many appends may wait for a commit.</summary>
    public int WaitingAppends { get; init; } = 10_000;

    /// <summary>How many results may wait before a settlement waits for its commit.</summary>
    public int WaitingSettlements { get; init; } = 20_000;

    /// <summary>How long connecting may take.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>How long a statement may take before those who wait for it are told that its result is not known.</summary>
    public TimeSpan StatementTimeout { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>How often a failing database is tried again.</summary>
    public TimeSpan ProbeInterval { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How long a start waits for a database that does not answer.</summary>
    public TimeSpan StartPatience { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a replica that says nothing keeps what it holds: longer than any attempt it may still be making.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(43);

    /// <summary>How long after the last renewal a replica begins attempts.</summary>
    public TimeSpan LeaseUse { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How often the lease is renewed and the tables are looked at, whether or not something woke the replica.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a lane without work stays with its replica.</summary>
    public TimeSpan IdleLane { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How often others are told of new events at most.</summary>
    public TimeSpan WakeUpInterval { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <summary>The limits for handlers that may take this long.</summary>
    public static InboxLimits For(TimeSpan handlerTimeout)
    {
        var limits = new InboxLimits();
        return limits with { Lease = handlerTimeout + limits.LeaseUse + Margin };
    }

    /// <summary>How many events retention removes in one transaction.</summary>
    public int RetentionSlice { get; init; } = 500;
}
