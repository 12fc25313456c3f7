using ThunderStack.Webhooks.Conditions;
using ThunderStack.Webhooks.Events;

namespace ThunderStack.Webhooks.Keys;

/// <summary>What follows from a public key that cannot be confirmed.</summary>
internal sealed class KeyConditions(PublicKeyRing ring, TimeProvider time) : IConditionSource
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);

    private DateTimeOffset? _since;

    public IReadOnlyCollection<ConditionKind> Kinds { get; } = [ConditionKind.KeyStale];

    public Task<IReadOnlyCollection<Condition>?> FindAsync(IReadOnlyCollection<Condition> open, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var health = ring.GetHealth();
        _since = health.Status == PublicKeyHealthStatus.Healthy ? null : _since ?? now;
        var isStale = _since is { } since && (open.Count > 0 || now - since >= Patience);
        return Task.FromResult<IReadOnlyCollection<Condition>?>(isStale
            ? [Condition.Of(
                ConditionKind.KeyStale, ConditionSeverity.Warning, "receiver", _since!.Value, health.Reason,
                "Look at ThunderStack:Cloud and at the network with \"thunderstack doctor\".")]
            : []);
    }
}
