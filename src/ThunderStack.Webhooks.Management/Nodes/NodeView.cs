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
/// <param name="Since">Since when.</param>
/// <param name="Source">Who said so.</param>
/// <param name="EventId">In which event.</param>
/// <param name="Readiness">How it was found by its own API; <see langword="null"/> when this replica does not watch, or has not looked.</param>
/// <param name="Cloud">What the cloud says; <see langword="null"/> when it was not asked, or does not know the node.</param>
internal sealed record NodeView(
    string Id, string? Name, bool IsConfigured, string? Status, DateTime? Since, EventSource? Source, string? EventId, ReadinessView? Readiness,
    CloudNodeView? Cloud);

/// <summary>How a node was found by its own API.</summary>
internal sealed record ReadinessView(NodeApiState State, DateTime Since, DateTime SeenAt, string? Reason)
{
    public static ReadinessView? Of(NodeReadiness? readiness) =>
        readiness is null ? null : new(readiness.State, readiness.Since.UtcDateTime, readiness.SeenAt.UtcDateTime, readiness.Reason);
}

/// <summary>What the cloud says of a node.</summary>
internal sealed record CloudNodeView(string? Name, string? Network, string? Status, string? WebhookUrl, string? ImageId, bool? Initialized)
{
    public static CloudNodeView? Of(CloudNode? node) => node is null ? null : new(
        node.Name,
        node.Network?.ToString(),
        node.Status?.ToString(),
        string.IsNullOrEmpty(node.Settings?.WebhookUrl) ? null : node.Settings.WebhookUrl,
        node.ImageId,
        node.Initialized);
}
