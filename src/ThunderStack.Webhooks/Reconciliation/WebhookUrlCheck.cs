using Microsoft.Extensions.Logging;
using ThunderStack.Cloud;
using ThunderStack.Cloud.Nodes;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Nodes;

namespace ThunderStack.Webhooks.Reconciliation;

/// <summary>Notices nodes in the cloud that post their events elsewhere, and sets them back where that is wanted.</summary>
internal sealed partial class WebhookUrlCheck(
    Uri? publicUrl, bool repairs, NodeDirectory configured, ThunderStackCloudClient cloud, ReconciliationMetrics metrics, ILogger<WebhookUrlCheck> logger)
{
    private HashSet<string> _told = [];

    /// <summary>Looks at nodes. Returns those whose URL is, and stays, another one.</summary>
    /// <exception cref="ThunderStackCloudException">The cloud refused to set a URL back.</exception>
    public async Task<IReadOnlySet<NodeId>> CheckAsync(IEnumerable<CloudNode> nodes, CancellationToken cancellationToken)
    {
        if (publicUrl is null)
        {
            return new HashSet<NodeId>();
        }

        var drifted = new HashSet<string>(StringComparer.Ordinal);
        foreach (var node in nodes.Where(node => !IsGone(node) && !PostsHere(node)))
        {
            if (repairs)
            {
                await cloud.Nodes.SetWebhookUrlAsync(node.NodeId, publicUrl, cancellationToken).ConfigureAwait(false);
                metrics.Repaired();
                Log.Repaired(logger, Display(node.NodeId), publicUrl);
                continue;
            }

            drifted.Add(node.NodeId);
            if (!_told.Contains(node.NodeId))
            {
                Log.Drifted(logger, Display(node.NodeId), publicUrl);
            }
        }

        foreach (var nodeId in _told.Where(nodeId => !drifted.Contains(nodeId)))
        {
            Log.Back(logger, Display(nodeId));
        }

        _told = drifted;
        return drifted.Select(nodeId => new NodeId(nodeId)).ToHashSet();
    }

    private static bool IsGone(CloudNode node) => node.Status == CloudNodeStatus.Destroyed || node.Status == CloudNodeStatus.Destroying;

    private string Display(string nodeId) => configured.DisplayNameOf(new NodeId(nodeId));

    // The endpoint of all nodes, or the node's own below it.
    private bool PostsHere(CloudNode node) =>
        Uri.TryCreate(node.Settings?.WebhookUrl, UriKind.Absolute, out var url)
        && (url == publicUrl || url == new Uri($"{publicUrl!.AbsoluteUri.TrimEnd('/')}/{Uri.EscapeDataString(node.NodeId)}"));

    // Not the URL that the node has: it is somebody else's, and may hold a secret.
    private static partial class Log
    {
        [LoggerMessage(711, LogLevel.Warning,
            "Node {Node} does not post its events to {PublicUrl}: set its webhook URL in the cloud, or ThunderStack:Cloud:RepairWebhookUrl")]
        public static partial void Drifted(ILogger logger, string node, Uri publicUrl);

        [LoggerMessage(712, LogLevel.Warning, "Node {Node} did not post its events to {PublicUrl}; its webhook URL was set back")]
        public static partial void Repaired(ILogger logger, string node, Uri publicUrl);

        [LoggerMessage(713, LogLevel.Information, "Node {Node} posts its events here again")]
        public static partial void Back(ILogger logger, string node);
    }
}
