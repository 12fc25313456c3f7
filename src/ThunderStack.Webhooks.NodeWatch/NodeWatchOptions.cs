using Microsoft.Extensions.Configuration;
using ThunderStack.Webhooks.Configuration;

namespace ThunderStack.Webhooks.NodeWatch;

/// <summary>
/// Section <c>ThunderStack:NodeWatch</c>: asking the nodes' own API whether they can be used. Without an <c>Api:Url</c> of a node and
/// without <c>ThunderStack:Cloud:ApiToken</c> there is nothing to ask.
/// </summary>
public sealed class NodeWatchOptions
{
    /// <summary>Where the cloud has its nodes' APIs.</summary>
    /// <summary>The host that the cloud gives nodes' own APIs behind.</summary>
    public const string DefaultHost = "node-api.thunderstack.org";

    /// <summary>Whether nodes are watched.</summary>
    /// <value><see langword="true"/>.</value>
    public bool Enabled { get; set; } = true;

    /// <summary>How often each node is asked, from 10 seconds to a day; 10 % more or less, so that nodes spread out.</summary>
    /// <value>1 minute.</value>
    public TimeSpan Interval { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// The hosts of nodes' APIs that the cloud's token may be sent to. Read from <c>ThunderStack:Cloud:NodeApiHosts</c>, beside the token.
    /// </summary>
    /// <value>Empty, which is <c>node-api.thunderstack.org</c>.</value>
    public IList<string> NodeApiHosts { get; } = [];

    internal IReadOnlyList<string> EffectiveNodeApiHosts => NodeApiHosts.Count == 0 ? [DefaultHost] : [.. NodeApiHosts];

    internal static readonly IReadOnlyList<Setting> Settings =
    [
        Setting.Switch("NodeWatch:Enabled", true),
        Setting.Time("NodeWatch:Interval", "00:01:00"),
        Setting.Text("Cloud:NodeApiHosts:*", DefaultHost),
    ];

    internal static void Bind(NodeWatchOptions options, IConfiguration section)
    {
        section.GetSection("NodeWatch").Bind(options);
        foreach (var host in section.GetSection("Cloud:NodeApiHosts").GetChildren())
        {
            options.NodeApiHosts.Add(host.Value ?? "");
        }
    }
}
