using Microsoft.Extensions.Options;

namespace ThunderStack.Webhooks.Emulator.Faults;

/// <summary>Which faults the next webhooks have.</summary>
internal sealed class FaultPlan(IOptions<EmulatorOptions> options) : FaultRules<FaultOptions>(options.Value.Faults)
{
    /// <summary>The faults of the node's next webhook. Each call counts as one.</summary>
    public IReadOnlyList<FaultOptions> TakeFor(string nodeId)
    {
        lock (Gate)
        {
            var taken = Rules.Where(rule => Takes(rule, nodeId)).Select(rule => rule.Options).ToList();
            Rules.RemoveAll(rule => rule.Taken >= rule.Options.Count);
            return taken;
        }
    }

    private static bool Takes(Rule rule, string nodeId)
    {
        if ((rule.Options.NodeId is { } only && only != nodeId) || ++rule.Seen % rule.Options.Every != 0)
        {
            return false;
        }

        rule.Taken++;
        return true;
    }
}
