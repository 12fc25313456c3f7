using System.Reflection;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Keys;
using ThunderStack.Webhooks.Management.Conditions;
using ThunderStack.Webhooks.Management.Handlers;
using ThunderStack.Webhooks.Management.Keys;
using ThunderStack.Webhooks.Management.Nodes;
using ThunderStack.Webhooks.Management.Routing;

namespace ThunderStack.Webhooks.Management.Overview;

/// <summary>How all of it is.</summary>
/// <param name="Version">The receiver's version.</param>
/// <param name="AsOf">When this was asked.</param>
/// <param name="Conditions">What needs a person, first of all.</param>
/// <param name="Nodes">The nodes.</param>
/// <param name="Handlers">The handlers.</param>
/// <param name="Key">The public key.</param>
/// <param name="Inbox">The store.</param>
internal sealed record OverviewView(
    string Version, DateTime AsOf, IReadOnlyList<ConditionView> Conditions, IReadOnlyList<NodeView> Nodes, IReadOnlyList<HandlerView> Handlers, KeyView Key, InboxView Inbox);

/// <summary>The store.</summary>
/// <param name="Database">The name that it was given when it was made.</param>
/// <param name="IsHealthy">Whether events can be stored.</param>
/// <param name="Problem">Why not.</param>
/// <param name="EstimatedEvents">About how many events there are.</param>
internal sealed record InboxView(string Database, bool IsHealthy, string? Problem, long EstimatedEvents);

/// <summary>All in one question, for pages and tools that look again and again.</summary>
internal sealed class OverviewRoutes(
    IInboxAdministration inbox, NodeOverview nodes, HandlerOverview handlers, PublicKeyRing ring, TimeProvider time) : IManagementFeature
{
    private static readonly string Version =
        typeof(OverviewRoutes).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0.0.0";

    public void Map(ManagementRoutes routes) => routes.Map(
        ManagementRoute.Get<OverviewView>("/api/v1/overview", "How all of it is: conditions, nodes, handlers, the key and the inbox."), AnswerAsync);

    private async Task AnswerAsync(ManagementCall call)
    {
        var now = time.GetUtcNow();
        var health = inbox.Health;
        await call.AnswerAsync(new OverviewView(
            Version,
            now.UtcDateTime,
            [.. (await inbox.ListConditionsAsync(closed: false, call.Cancelled)).OrderByDescending(condition => condition.Severity).Select(ConditionView.Of)],
            await nodes.ListAsync(call.Cancelled),
            await handlers.ListAsync(call.Cancelled),
            KeyView.Of(ring, now),
            new InboxView(await inbox.IdentifyAsync(call.Cancelled), health.IsHealthy, health.Reason, await inbox.EstimateCountAsync(call.Cancelled))));
    }
}
