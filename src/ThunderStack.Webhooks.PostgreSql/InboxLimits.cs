namespace ThunderStack.Webhooks.PostgreSql;

/// <summary>The numbers behind the inbox's behaviour, which tests make smaller.</summary>
/// <remarks>All of these times are real: a database and its leases do not follow a clock that a test turns.</remarks>
internal sealed record InboxLimits
{
    // A handler is given up 5 s after its timeout, by a look every second; then its result has to be recorded.
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(13);

    /// <summary>How many appends may wait for a commit.</summary>
    public int WaitingAppends { get; init; } = 10_000;

    /// <summary>How long connecting may take.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>How long a statement may take before those who wait for it are told that its result is not known.</summary>
    public TimeSpan StatementTimeout { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>The same as a client counts it: in whole seconds, of which 0 would be no limit.</summary>
    public int StatementSeconds => Math.Max(1, (int)StatementTimeout.TotalSeconds);

    /// <summary>How often a failing database is tried again.</summary>
    public TimeSpan ProbeInterval { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How long opening, and registering handlers, waits for a database that does not answer.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often the log says that it still does.</summary>
    public TimeSpan Reminder { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How long a lane is held for one delivery: longer than the attempt may take.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(30) + Margin;

    /// <summary>How often the tables are looked at while something waits, or nothing is heard of other replicas.</summary>
    public TimeSpan BusySweep { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How often otherwise.</summary>
    public TimeSpan IdleSweep { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How often a replica says that it serves its handlers.</summary>
    public TimeSpan Serve { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How often it looks for waits that a clock has made too long, and for replicas that stopped in the middle of a transaction, while
    /// anything waits or no handler takes part yet.
    /// </summary>
    public TimeSpan Repair { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How often others are told of new events at most.</summary>
    public TimeSpan WakeUpInterval { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <summary>The limits for handlers that may take this long.</summary>
    public static InboxLimits For(TimeSpan handlerTimeout) => new() { Lease = handlerTimeout + Margin };

    /// <summary>How many events retention removes in one transaction.</summary>
    public int RetentionSlice { get; init; } = 500;
}
