using Microsoft.Extensions.Options;
using ThunderStack.Webhooks.Emulator.Faults;

namespace ThunderStack.Webhooks.Emulator.NodeApi;

/// <summary>Which faults the next calls of the nodes' own API have.</summary>
internal sealed class NodeFaultPlan(IOptions<EmulatorOptions> options) : FaultRules<NodeFaultOptions>(options.Value.NodeFaults)
{
    /// <summary>The fault, if the node's call has it now. Each fault that is found counts as one call.</summary>
    public NodeFaultOptions? Take(string nodeId, NodeFault fault)
    {
        lock (Gate)
        {
            var rule = Rules.Find(rule => rule.Options.Fault == fault && (rule.Options.NodeId ?? nodeId) == nodeId);
            if (rule is not null && ++rule.Taken >= rule.Options.Count)
            {
                Rules.Remove(rule);
            }

            return rule?.Options;
        }
    }
}
