using Microsoft.Extensions.Options;
using ThunderStack.Cloud.NodeApi;
using ThunderStack.Webhooks.Conditions;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Nodes;

namespace ThunderStack.Webhooks.NodeWatch;

/// <summary>What follows from how the nodes were found. Only the replica that watches can tell.</summary>
internal sealed class NodeReadinessConditions(
    IInboxAdministration inbox, NodeDirectory nodes, NodeTargets targets, CloudNodes cloud, NodeReadings readings, IOptions<NodeWatchOptions> options)
    : IConditionSource
{
    // What the receiver itself puts right by then, nobody has to hear of.
    private static readonly TimeSpan UnlockPatience = TimeSpan.FromMinutes(2);

    public IReadOnlyCollection<ConditionKind> Kinds { get; } =
        [ConditionKind.NodeLocked, ConditionKind.NodeUnreachable, ConditionKind.NodeUninitialized];

    public async Task<IReadOnlyCollection<Condition>?> FindAsync(IReadOnlyCollection<Condition> open, CancellationToken cancellationToken)
    {
        if (!targets.HasAny)
        {
            return [];
        }

        if (readings.Current is not { } current)
        {
            return null;
        }

        var states = (await inbox.ListNodeStatesAsync(cancellationToken).ConfigureAwait(false)).ToDictionary(state => state.NodeId);
        var found = new List<Condition>();
        foreach (var node in nodes.Nodes.Select(node => new NodeId(node.NodeId)))
        {
            var isRunning = NodeStatuses.IsRunning(node, states, cloud.Known);
            var known = open.Where(condition => condition.Subject == node.Value).ToList();
            if (isRunning == false || (current.TryGetValue(node, out var reading) && reading is null))
            {
                continue;
            }

            found.AddRange(reading is null ? known : Of(node, reading, isRunning, known));
        }

        return found;
    }

    private bool IsUnlockedByUs(NodeId node) => nodes.Nodes.Any(known => known.NodeId == node.Value && !string.IsNullOrEmpty(known.Unlock.PasswordFile));

    private IEnumerable<Condition> Of(NodeId node, NodeReading reading, bool? isRunning, List<Condition> known)
    {
        if (reading.State == NodeApiState.Ready)
        {
            return [];
        }

        // Neither a node that is changing nor one that does not let us in says whether what was found before is over.
        if (!reading.IsConfirmed(options.Value.Interval) || reading.State is NodeApiState.Changing or NodeApiState.Unauthorized)
        {
            return known;
        }

        var name = nodes.DisplayNameOf(node);
        return reading.State switch
        {
            NodeApiState.Locked =>
            [
                Condition.OfNode(
                    ConditionKind.NodeLocked, ConditionSeverity.Critical, node, reading.Since,
                    $"Node {name} runs, but is locked: its wallet and channels are offline.", $"Run \"thunderstack nodes unlock {node}\".") with
                { TellAfter = IsUnlockedByUs(node) ? UnlockPatience : TimeSpan.Zero },
            ],
            NodeApiState.Uninitialized =>
            [
                Condition.OfNode(
                    ConditionKind.NodeUninitialized, ConditionSeverity.Warning, node, reading.Since,
                    $"Node {name} runs, but has no wallet yet.", "Initialize it: call /init of its API with a password of yours, and keep the mnemonic that it answers."),
            ],

            // Where nobody has ever said that it runs, it may well be paused. Whether it is locked it does not say either.
            _ => known.Where(condition => condition.Kind != ConditionKind.NodeUnreachable).Concat(isRunning is null
                ? []
                : [
                    Condition.OfNode(
                        ConditionKind.NodeUnreachable, ConditionSeverity.Critical, node, reading.Since,
                        $"Node {name} runs, but its own API cannot be reached: {reading.Reason}.", "Look at the node's logs (\"thunderstack nodes logs\"), and restart it if they show no reason."),
                ]),
        };
    }
}
