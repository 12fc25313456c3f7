using Microsoft.Extensions.Logging;
using ThunderStack.Cloud;
using ThunderStack.Cloud.Nodes;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Nodes;

namespace ThunderStack.Webhooks.Reconciliation;

/// <summary>One comparison of the cloud's nodes with what their webhooks have told.</summary>
internal sealed partial class CloudSweep(
    ThunderStackCloudClient cloud, NodeDirectory nodes, IInbox inbox, IInboxAdministration administration, Discrepancies discrepancies,
    WebhookUrlCheck urls, UpgradeCheck upgrades, ReconciliationHealth health, ReconciliationMetrics metrics, TimeProvider time, ILogger<CloudSweep> logger)
{
    private HashSet<NodeId> _missing = [];

    /// <summary>When the next discrepancy has settled; <see langword="null"/> when there is none.</summary>
    public DateTimeOffset? NextAt => discrepancies.NextAt;

    /// <exception cref="ThunderStackCloudException">The cloud did not answer.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var askedAt = time.GetUtcNow();
        var known = await cloud.Nodes.ListAsync(cancellationToken).ConfigureAwait(false);
        var configured = nodes.Nodes.Select(node => new NodeId(node.NodeId)).ToHashSet();
        var ours = known.Where(node => configured.Contains(new NodeId(node.NodeId))).ToList();
        TellMissing(configured, ours);

        var missed = await FindMissedAsync(ours, cancellationToken).ConfigureAwait(false);
        discrepancies.KeepOnly(configured);
        foreach (var change in missed)
        {
            await StoreAsync(change, askedAt, cancellationToken).ConfigureAwait(false);
        }

        var drifted = await urls.CheckAsync(ours, cancellationToken).ConfigureAwait(false);
        var (latest, outdated) = await upgrades.CheckAsync(ours, cancellationToken).ConfigureAwait(false);
        health.Found(
            drifted.Count == 0 ? null : $"{drifted.Count} nodes post their events elsewhere: {string.Join(", ", drifted.Take(5).Select(nodes.DisplayNameOf))}.",
            _missing,
            drifted,
            latest,
            outdated);
    }

    private async Task<List<MissedChange>> FindMissedAsync(List<CloudNode> ours, CancellationToken cancellationToken)
    {
        // Read after the cloud was asked: an event that came meanwhile is taken into account.
        var states = (await administration.ListNodeStatesAsync(cancellationToken).ConfigureAwait(false)).ToDictionary(state => state.NodeId);
        var now = time.GetUtcNow();
        var missed = new List<MissedChange>();
        foreach (var node in ours)
        {
            var nodeId = new NodeId(node.NodeId);
            var last = states.GetValueOrDefault(nodeId);
            if (node.Status is not { Value.Length: > 0 } said || said.Value == last?.Status.Value)
            {
                discrepancies.Clear(nodeId);
            }
            else if (discrepancies.HasSettled(nodeId, new NodeStatus(said.Value), last?.EventId, now))
            {
                missed.Add(new MissedChange(nodeId, new NodeStatus(said.Value), last));
            }
        }

        return missed;
    }

    private async Task StoreAsync(MissedChange change, DateTimeOffset askedAt, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var entry = change.ToEntry(ReceiptTime.Of(askedAt), ReceiptTime.Of(now));
        var result = await inbox.AppendAsync(entry, key: null, cancellationToken).ConfigureAwait(false);
        if (!result.IsDurable)
        {
            // Still suspected: the next sweep stores it.
            Log.NotStored(logger, nodes.DisplayNameOf(change.NodeId), change.Status, result.Reason);
            return;
        }

        discrepancies.Clear(change.NodeId);
        if (result.Outcome == AppendOutcome.Stored)
        {
            metrics.Emitted();
            if (change.Last is { } last)
            {
                Log.Emitted(logger, nodes.DisplayNameOf(change.NodeId), change.Status, last.Status, entry.Id);
            }
            else
            {
                Log.EmittedFirst(logger, nodes.DisplayNameOf(change.NodeId), change.Status, entry.Id);
            }
        }
    }

    private void TellMissing(HashSet<NodeId> configured, List<CloudNode> ours)
    {
        var missing = configured.Except(ours.Select(node => new NodeId(node.NodeId))).ToHashSet();
        foreach (var nodeId in missing.Except(_missing))
        {
            Log.Missing(logger, nodes.DisplayNameOf(nodeId));
            discrepancies.Clear(nodeId);
        }

        _missing = missing;
    }

    private static partial class Log
    {
        [LoggerMessage(701, LogLevel.Warning,
            "Node {Node} is {Status} in the cloud, but {LastStatus} was the last that was heard: stored as reconciled event {Event}")]
        public static partial void Emitted(ILogger logger, string node, NodeStatus status, NodeStatus lastStatus, WebhookEventId @event);

        [LoggerMessage(704, LogLevel.Information,
            "Node {Node} is {Status} in the cloud, and no webhook of it has come yet: stored as reconciled event {Event}")]
        public static partial void EmittedFirst(ILogger logger, string node, NodeStatus status, WebhookEventId @event);

        [LoggerMessage(702, LogLevel.Warning, "That node {Node} is {Status} in the cloud could not be stored; the next comparison tries again: {Reason}")]
        public static partial void NotStored(ILogger logger, string node, NodeStatus status, string? reason);

        [LoggerMessage(703, LogLevel.Warning, "The cloud does not list the node {Node}: check ThunderStack:Nodes, and whose token ThunderStack:Cloud:ApiToken is")]
        public static partial void Missing(ILogger logger, string node);
    }
}
