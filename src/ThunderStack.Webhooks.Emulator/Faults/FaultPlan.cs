using Microsoft.Extensions.Options;

namespace ThunderStack.Webhooks.Emulator.Faults;

/// <summary>Which faults the next webhooks have: those of the configuration, and those asked for since.</summary>
internal sealed class FaultPlan
{
    private readonly Lock _gate = new();
    private readonly List<Rule> _rules;

    public FaultPlan(IOptions<EmulatorOptions> options) => _rules = [.. options.Value.Faults.Select(fault => new Rule(fault))];

    /// <summary>The faults that are not over.</summary>
    public IReadOnlyList<FaultOptions> Current
    {
        get
        {
            lock (_gate)
            {
                return [.. _rules.Select(rule => rule.Options)];
            }
        }
    }

    public void Add(FaultOptions fault)
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

    /// <summary>The faults of the node's next webhook. Each call counts as one.</summary>
    public IReadOnlyList<FaultOptions> TakeFor(string nodeId)
    {
        lock (_gate)
        {
            var taken = _rules.Where(rule => rule.Takes(nodeId)).Select(rule => rule.Options).ToList();
            _rules.RemoveAll(rule => rule.IsOver);
            return taken;
        }
    }

    private sealed class Rule(FaultOptions options)
    {
        private int _seen;
        private int _taken;

        public FaultOptions Options => options;

        public bool IsOver => _taken >= options.Count;

        public bool Takes(string nodeId)
        {
            if ((options.NodeId is { } only && only != nodeId) || ++_seen % options.Every != 0)
            {
                return false;
            }

            _taken++;
            return true;
        }
    }
}
