using System.Net;

namespace ThunderStack.Webhooks.Intake;

/// <summary>The last refusals of this process, for people who look why events do not arrive. A flood costs an allocation for each.</summary>
public sealed class RecentRefusals(TimeProvider time)
{
    /// <summary>How many are kept.</summary>
    public const int Kept = 200;

    private readonly Refusal?[] _ring = new Refusal?[Kept];
    private long _count;

    /// <summary>Keeps one, in place of the oldest.</summary>
    /// <param name="outcome">Why it was refused.</param>
    /// <param name="reason">The same in a sentence.</param>
    /// <param name="from">Who sent it.</param>
    public void Add(IntakeOutcome outcome, string? reason, IPAddress? from)
    {
        var place = (Interlocked.Increment(ref _count) - 1) % Kept;
        Volatile.Write(ref _ring[place], new Refusal(time.GetUtcNow(), outcome, reason, from));
    }

    /// <summary>Those that are kept, the latest first.</summary>
    public IReadOnlyList<Refusal> List()
    {
        var count = Volatile.Read(ref _count);
        var refusals = new List<Refusal>((int)Math.Min(count, Kept));
        for (var number = count - 1; number >= 0 && number >= count - Kept; number--)
        {
            // One that is being written this moment is left out.
            if (Volatile.Read(ref _ring[number % Kept]) is { } refusal)
            {
                refusals.Add(refusal);
            }
        }

        return refusals;
    }
}

/// <summary>A request that was refused.</summary>
/// <param name="At">When.</param>
/// <param name="Outcome">Why.</param>
/// <param name="Reason">The same in a sentence; it repeats nothing of a body that was not found authentic.</param>
/// <param name="From">Who sent it.</param>
public sealed record Refusal(DateTimeOffset At, IntakeOutcome Outcome, string? Reason, IPAddress? From);
