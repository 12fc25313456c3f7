using ThunderStack.Cloud;
using ThunderStack.Cloud.Nodes;
using ThunderStack.Webhooks.Events;

namespace ThunderStack.Webhooks.Reconciliation;

/// <summary>Finds the nodes that run another image than the latest.</summary>
internal sealed class UpgradeCheck(ThunderStackCloudClient cloud, TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromHours(1);

    private string? _latest;
    private long? _askedAt;

    /// <summary>None where the cloud does not say what the latest is, or what a node runs.</summary>
    public async Task<(string? Latest, IReadOnlySet<NodeId> Outdated)> CheckAsync(IReadOnlyList<CloudNode> nodes, CancellationToken cancellationToken)
    {
        if (_askedAt is not { } askedAt || time.GetElapsedTime(askedAt) >= Pause)
        {
            _askedAt = time.GetTimestamp();
            try
            {
                _latest = await cloud.Nodes.GetLatestImageAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (ThunderStackCloudException)
            {
                // What it said before holds: whether something newer exists can wait for an hour.
            }
        }

        return (_latest, _latest is not { Length: > 0 } latest
            ? new HashSet<NodeId>()
            : nodes.Where(node => node.ImageId is { Length: > 0 } image && !IsSame(image, latest)).Select(node => new NodeId(node.NodeId)).ToHashSet());
    }

    // A commit may be shortened, or be a part of a version.
    private static bool IsSame(string image, string latest) =>
        latest.Contains(image, StringComparison.OrdinalIgnoreCase) || image.StartsWith(latest, StringComparison.OrdinalIgnoreCase);
}
