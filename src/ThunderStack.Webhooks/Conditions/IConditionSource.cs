using ThunderStack.Webhooks.Events;

namespace ThunderStack.Webhooks.Conditions;

/// <summary>
/// Looks for conditions of some kinds. Registered as a service, it is asked soon after something happened and every other minute, in one
/// replica at a time; what it finds is opened, told, and closed once it finds it no more.
/// </summary>
public interface IConditionSource
{
    /// <summary>The kinds that it alone looks for.</summary>
    IReadOnlyCollection<ConditionKind> Kinds { get; }

    /// <summary>Everything that is the matter now; <see langword="null"/> when it cannot tell, which leaves everything as it is.</summary>
    /// <param name="open">The conditions of its kinds that are open.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="Exception">It cannot tell, and that is logged.</exception>
    Task<IReadOnlyCollection<Condition>?> FindAsync(IReadOnlyCollection<Condition> open, CancellationToken cancellationToken);
}
