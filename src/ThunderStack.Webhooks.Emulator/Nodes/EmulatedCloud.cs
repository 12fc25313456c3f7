using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using ThunderStack.Webhooks.Emulator.Sending;

namespace ThunderStack.Webhooks.Emulator.Nodes;

/// <summary>The nodes of this cloud. Every change of a status is an event that is signed and sent.</summary>
internal sealed class EmulatedCloud(
    IOptions<EmulatorOptions> options, WebhookComposer composer, WebhookSender sender, TimeProvider time) : IDisposable
{
    /// <summary>The version of the image that an upgrade brings.</summary>
    public const string LatestImage = "0.0.0-emulated";

    private readonly Uri? _webhookUrl = ToUri(options.Value.WebhookUrl);
    private readonly List<EmulatedNode> _configured = [.. options.Value.Nodes.Select(node => Configured(node, options.Value))];
    private readonly ConcurrentDictionary<string, EmulatedNode> _created = new(StringComparer.Ordinal);

    /// <summary>All nodes, destroyed ones included, by id.</summary>
    public IEnumerable<EmulatedNode> Nodes =>
        _configured.Concat(_created.Values.OrderBy(node => node.NodeId, StringComparer.Ordinal));

    public EmulatedNode? Find(string nodeId) =>
        _created.GetValueOrDefault(nodeId) ?? _configured.Find(node => node.NodeId == nodeId);

    /// <summary>Where a node's events go, or <see langword="null"/> when that is not configured.</summary>
    public Uri? WebhookUrlOf(string nodeId) => Find(nodeId) is { } node ? node.WebhookUrl : _webhookUrl;

    /// <summary>Creates a node: it is starting at once, then in progress, then runs.</summary>
    public EmulatedNode Create(string name, string network, Uri? webhookUrl)
    {
        var node = new EmulatedNode(Guid.NewGuid().ToString(), name, network, NodeStatuses.Starting, webhookUrl);
        _created[node.NodeId] = node;
        Begin(node, "CREATE", NodeStatuses.Starting, NodeStatuses.InProgress, NodeStatuses.Running);
        return node;
    }

    /// <summary>Starts a node; <see langword="false"/> when it is not one to start.</summary>
    public bool TryStart(EmulatedNode node) =>
        node.Status is NodeStatuses.Paused or NodeStatuses.Failed && Begin(node, "START", NodeStatuses.Starting, NodeStatuses.Running);

    /// <summary>Stops a node; <see langword="false"/> when it is not one to stop.</summary>
    public bool TryStop(EmulatedNode node) =>
        !IsGone(node) && node.Status != NodeStatuses.Paused && Begin(node, "STOP", null, NodeStatuses.Paused);

    /// <summary>Upgrades a node; <see langword="false"/> when it is gone.</summary>
    public bool TryUpgrade(EmulatedNode node)
    {
        if (IsGone(node))
        {
            return false;
        }

        node.Image = LatestImage;
        return Begin(node, "UPGRADE", NodeStatuses.InProgress, NodeStatuses.Running);
    }

    /// <summary>Destroys a node; <see langword="false"/> when it is gone.</summary>
    public bool TryDestroy(EmulatedNode node) => !IsGone(node) && Begin(node, "DESTROY", NodeStatuses.Destroying, NodeStatuses.Destroyed);

    /// <summary>Lets every configured node that lives by itself take the next step of its life. Nodes without a webhook URL change silently.</summary>
    public Task AdvanceAsync() => Task.WhenAll(_configured.Where((node, i) => options.Value.Nodes[i].Lives && !IsGone(node)).Select(node => TellAsync(node, node.Live())));

    /// <summary>Ends the lives of all nodes: without a key nothing can be signed any more.</summary>
    public void Dispose()
    {
        foreach (var node in Nodes)
        {
            node.End();
        }
    }

    private static EmulatedNode Configured(EmulatedNodeOptions node, EmulatorOptions options) => new(
        node.NodeId,
        node.Name ?? node.NodeId,
        node.Network,
        // Who lives by itself begins with a start.
        options.Interval > TimeSpan.Zero && node.Lives ? NodeStatuses.Paused : NodeStatuses.Running,
        ToUri(node.WebhookUrl ?? options.WebhookUrl),
        node.Password)
    {
        Image = node.Image ?? LatestImage,
    };

    private static bool IsGone(EmulatedNode node) => node.Status is NodeStatuses.Destroying or NodeStatuses.Destroyed;

    private static Uri? ToUri(string? url) => url is null ? null : new Uri(url);

    private bool Begin(EmulatedNode node, string action, string? now, params string[] steps)
    {
        node.Begin(action, now, steps, options.Value.TransitionDelay, time, status => _ = TellAsync(node, status));
        return true;
    }

    private Task TellAsync(EmulatedNode node, string status) => node.WebhookUrl is { } url
        ? sender.SendInOrderAsync(composer.Compose(node.NodeId, status, url))
        : Task.CompletedTask;
}
