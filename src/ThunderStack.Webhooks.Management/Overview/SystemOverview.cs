using System.Reflection;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Keys;
using ThunderStack.Webhooks.Management.Conditions;
using ThunderStack.Webhooks.Management.Handlers;
using ThunderStack.Webhooks.Management.Keys;
using ThunderStack.Webhooks.Management.Nodes;

namespace ThunderStack.Webhooks.Management.Overview;

/// <summary>Puts together how all of it is.</summary>
internal sealed class SystemOverview(IInboxAdministration inbox, NodeOverview nodes, HandlerOverview handlers, PublicKeyRing ring, TimeProvider time)
{
    public static readonly string Version =
        typeof(SystemOverview).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0.0.0";

    public async Task<OverviewView> LookAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var health = inbox.Health;
        return new OverviewView(
            Version,
            now.UtcDateTime,
            await ListConditionsAsync(cancellationToken),
            await nodes.ListAsync(cancellationToken),
            await handlers.ListAsync(cancellationToken),
            KeyView.Of(ring, now),
            new InboxView(await inbox.IdentifyAsync(cancellationToken), health.IsHealthy, health.Reason, await inbox.EstimateCountAsync(cancellationToken)));
    }

    /// <summary>The open conditions, the worst first.</summary>
    public async Task<IReadOnlyList<ConditionView>> ListConditionsAsync(CancellationToken cancellationToken) =>
        [.. (await inbox.ListConditionsAsync(closed: false, cancellationToken)).OrderByDescending(condition => condition.Severity).Select(ConditionView.Of)];
}
