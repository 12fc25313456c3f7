using ThunderStack.Webhooks.Sqlite.Writing;

namespace ThunderStack.Webhooks.Sqlite;

/// <summary>The numbers behind the inbox's behaviour, which tests make smaller.</summary>
internal sealed record InboxLimits
{
    /// <summary>How many appends may wait for a commit.</summary>
    public int WaitingAppends { get; init; } = 10_000;

    /// <summary>How many operations may wait before a settlement waits for its commit.</summary>
    public int WaitingSettlements { get; init; } = 20_000;

    /// <summary>How long a commit may take before those who wait for it are told that its result is not known.</summary>
    public TimeSpan HungAfter { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How often a failing store is tried again.</summary>
    public TimeSpan ProbeInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How often progress and counts that nobody waits for are written, along with something else.</summary>
    public TimeSpan SaveInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How many events retention removes in one transaction.</summary>
    public int RetentionSlice { get; init; } = 500;

    /// <summary>Runs on the writer in every transaction: where tests make the store fail or hang.</summary>
    public Action<WritePhase, Database>? Fault { get; init; }
}
