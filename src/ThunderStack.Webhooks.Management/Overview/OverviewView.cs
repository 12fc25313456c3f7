using ThunderStack.Webhooks.Management.Conditions;
using ThunderStack.Webhooks.Management.Handlers;
using ThunderStack.Webhooks.Management.Keys;
using ThunderStack.Webhooks.Management.Nodes;

namespace ThunderStack.Webhooks.Management.Overview;

/// <summary>How all of it is.</summary>
/// <param name="Version">The receiver's version.</param>
/// <param name="AsOf">When this was asked, in UTC.</param>
/// <param name="Conditions">What needs a person, first of all.</param>
/// <param name="Nodes">The nodes.</param>
/// <param name="Handlers">The handlers.</param>
/// <param name="Key">The public key.</param>
/// <param name="Inbox">The store.</param>
public sealed record OverviewView(
    string Version, DateTime AsOf, IReadOnlyList<ConditionView> Conditions, IReadOnlyList<NodeView> Nodes, IReadOnlyList<HandlerView> Handlers, KeyView Key, InboxView Inbox);

/// <summary>The store.</summary>
/// <param name="Database">The name that it was given when it was made.</param>
/// <param name="IsHealthy">Whether events can be stored.</param>
/// <param name="Problem">Why not.</param>
/// <param name="EstimatedEvents">About how many events there are.</param>
public sealed record InboxView(string Database, bool IsHealthy, string? Problem, long EstimatedEvents);
