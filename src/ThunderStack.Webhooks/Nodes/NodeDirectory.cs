using System.Collections.Frozen;
using Microsoft.Extensions.Logging;
using ThunderStack.Webhooks.Configuration;
using ThunderStack.Webhooks.Events;

namespace ThunderStack.Webhooks.Nodes;

/// <summary>The nodes whose events are accepted, as configured at this moment.</summary>
public sealed partial class NodeDirectory
{
    private readonly ILogger<NodeDirectory> _logger;
    private volatile FrozenDictionary<string, NodeOptions> _nodes;

    /// <summary>Follows <paramref name="options"/>.</summary>
    internal NodeDirectory(ReloadableOptions<NodesOptions> options, ILogger<NodeDirectory> logger)
    {
        _logger = logger;
        _nodes = Index(options.Current);
        options.Changed += OnChanged;
    }

    /// <summary>The configured nodes.</summary>
    public IReadOnlyCollection<NodeOptions> Nodes => _nodes.Values;

    /// <summary>Whether events of this node are accepted.</summary>
    public bool Contains(NodeId nodeId) => _nodes.ContainsKey(nodeId.Value);

    /// <summary>The settings of a configured node; <see langword="null"/> when it is none.</summary>
    public NodeOptions? Find(NodeId nodeId) => _nodes.GetValueOrDefault(nodeId.Value);

    /// <summary>A node as a person should read it: its id, and behind it in parentheses the name that it was given.</summary>
    public string DisplayNameOf(NodeId nodeId) =>
        _nodes.TryGetValue(nodeId.Value, out var node) && !string.IsNullOrWhiteSpace(node.Name) ? $"{nodeId.Value} ({node.Name})" : nodeId.Value;

    private static FrozenDictionary<string, NodeOptions> Index(NodesOptions options) =>
        options.Nodes.ToFrozenDictionary(node => node.NodeId, StringComparer.Ordinal);

    private void OnChanged(NodesOptions options)
    {
        var before = _nodes;
        _nodes = Index(options);
        if (!before.Keys.ToHashSet(StringComparer.Ordinal).SetEquals(_nodes.Keys))
        {
            Log.Changed(_logger, before.Count, _nodes.Count);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(120, LogLevel.Information, "The configured nodes changed: {Before} before, {Count} now")]
        public static partial void Changed(ILogger logger, int before, int count);
    }
}
