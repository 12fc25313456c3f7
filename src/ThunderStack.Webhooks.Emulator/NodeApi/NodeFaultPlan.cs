using Microsoft.Extensions.Options;

namespace ThunderStack.Webhooks.Emulator.NodeApi;

/// <summary>Which faults the next calls of the nodes' own API have.</summary>
internal sealed class NodeFaultPlan(IOptions<EmulatorOptions> options)
{
    private readonly Lock _gate = new();
    private readonly List<Rule> _rules = [.. options.Value.NodeFaults.Select(fault => new Rule(fault))];

    /// <summary>The faults that are not over.</summary>
    public IReadOnlyList<NodeFaultOptions> Current
    {
        get
        {
            lock (_gate)
            {
                return [.. _rules.Select(rule => rule.Options)];
            }
        }
    }

    public void Add(NodeFaultOptions fault)
    {
        lock (_gate)
        {
            _rules.Add(new Rule(fault));
        }
    }

    public void Clear()
    {
        lock (_gate)
        {
            _rules.Clear();
        }
    }

    /// <summary>The fault, if the node's call has it now. Each fault that is found counts as one call.</summary>
    public NodeFaultOptions? Take(string nodeId, NodeFault fault)
    {
        lock (_gate)
        {
            var rule = _rules.Find(rule => rule.Options.Fault == fault && (rule.Options.NodeId ?? nodeId) == nodeId);
            if (rule is not null && ++rule.Taken >= rule.Options.Count)
            {
                _rules.Remove(rule);
            }

            return rule?.Options;
        }
    }

    private sealed class Rule(NodeFaultOptions options)
    {
        public NodeFaultOptions Options => options;

        public int Taken { get; set; }
    }
}
