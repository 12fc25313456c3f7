using ThunderStack.Webhooks.Events;

namespace ThunderStack.Webhooks.Conditions;

/// <summary>Keeps conditions, and says which replica looks for them.</summary>
public interface IConditionStore
{
    /// <summary>
    /// Opens a condition, closes it or has somebody reminded of it, and stores the event that tells of that: both or neither.
    /// </summary>
    /// <param name="condition">The condition.</param>
    /// <param name="change">What happens to it.</param>
    /// <param name="at">When.</param>
    /// <param name="duty">The duty that this is a part of.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>
    /// Whether it did. Not when the condition is open already, or is not open, or when the duty is somebody else's by now.
    /// </returns>
    Task<bool> ChangeAsync(Condition condition, ConditionChange change, DateTimeOffset at, Duty duty, CancellationToken cancellationToken);

    /// <summary>Takes a duty that nobody has, or keeps it. </summary>
    /// <param name="duty">The duty, and who takes it.</param>
    /// <param name="lease">For how long.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>Whether it is theirs from now on.</returns>
    Task<bool> HoldAsync(Duty duty, TimeSpan lease, CancellationToken cancellationToken);
}

/// <summary>Something that one replica at a time does.</summary>
/// <param name="Name">What.</param>
/// <param name="Token">Who: random, and another one at each start.</param>
public sealed record Duty(string Name, Guid Token);
