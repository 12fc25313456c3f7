using ThunderStack.Webhooks.Management.Handlers;
using ThunderStack.Webhooks.Management.Nodes;

namespace ThunderStack.Webhooks.Dashboard.Conditions;

/// <summary>What a list of conditions says of what they are about.</summary>
internal sealed class ConditionContext(IEnumerable<NodeView> nodes, IEnumerable<HandlerView> handlers)
{
    private readonly Dictionary<string, string> _names =
        nodes.Where(node => !string.IsNullOrEmpty(node.Name)).ToDictionary(node => node.Id, node => node.Name!, StringComparer.Ordinal);

    private readonly Dictionary<string, int> _deadLetters = handlers.ToDictionary(handler => handler.Name, handler => handler.DeadLetters, StringComparer.Ordinal);

    /// <summary>The name that the settings give to a node.</summary>
    public string? NameOf(string node) => _names.GetValueOrDefault(node);

    /// <summary>How many dead letters a handler has.</summary>
    public int DeadLettersOf(string handler) => _deadLetters.GetValueOrDefault(handler);
}
