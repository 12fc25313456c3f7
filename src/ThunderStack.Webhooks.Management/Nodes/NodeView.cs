using ThunderStack.Cloud.NodeApi;
using ThunderStack.Cloud.Nodes;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Nodes;

namespace ThunderStack.Webhooks.Management.Nodes;

/// <summary>A node as this API shows it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">The name that the settings give it.</param>
/// <param name="IsConfigured">Whether its events are accepted.</param>
/// <param name="Status">Its latest status; <see langword="null"/> when no event has said any.</param>
/// <param name="Since">Since when, in UTC.</param>
/// <param name="Source">Who said so.</param>
/// <param name="EventId">In which event.</param>
/// <param name="Readiness">How it was found by its own API; <see langword="null"/> when this replica does not watch, or has not looked.</param>
/// <param name="Cloud">What the cloud says; <see langword="null"/> when it was not asked, or does not know the node.</param>
public sealed record NodeView(
    string Id, string? Name, bool IsConfigured, string? Status, DateTime? Since, EventSource? Source, string? EventId, ReadinessView? Readiness,
    CloudNodeView? Cloud);

/// <summary>How a node was found by its own API.</summary>
/// <param name="State">Whether it can be used.</param>
/// <param name="Since">When it was first found so, in UTC.</param>
/// <param name="SeenAt">When it was last found so, in UTC.</param>
/// <param name="Reason">Why it is not ready.</param>
public sealed record ReadinessView(NodeApiState State, DateTime Since, DateTime SeenAt, string? Reason)
{
    internal static ReadinessView? Of(NodeReadiness? readiness) =>
        readiness is null ? null : new(readiness.State, readiness.Since.UtcDateTime, readiness.SeenAt.UtcDateTime, readiness.Reason);
}

/// <summary>What the cloud says of a node.</summary>
/// <param name="Name">The name that it has there.</param>
/// <param name="Network">The network that it is on.</param>
/// <param name="Status">Its status as sent.</param>
/// <param name="WebhookUrl">Where its events are posted; <see langword="null"/> for nowhere.</param>
/// <param name="ImageId">The version of its program.</param>
/// <param name="Initialized">Whether it was initialized.</param>
public sealed record CloudNodeView(string? Name, string? Network, string? Status, string? WebhookUrl, string? ImageId, bool? Initialized)
{
    internal static CloudNodeView? Of(CloudNode? node) => node is null ? null : new(
        node.Name,
        node.Network?.ToString(),
        node.Status?.ToString(),
        string.IsNullOrEmpty(node.Settings?.WebhookUrl) ? null : node.Settings.WebhookUrl,
        node.ImageId,
        node.Initialized);
}
