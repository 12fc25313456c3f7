using Microsoft.Extensions.Configuration;
using ThunderStack.Webhooks.Configuration;

namespace ThunderStack.Webhooks.Nodes;

/// <summary>Section <c>ThunderStack</c>: the nodes whose events are accepted. Can be changed without a restart.</summary>
public sealed class NodesOptions
{
    /// <summary>The configured nodes; at least one.</summary>
    /// <value>Empty.</value>
    public IList<NodeOptions> Nodes { get; } = [];

    internal static readonly IReadOnlyList<Setting> Settings =
    [
        Setting.Text("Nodes:*:NodeId") with { Reloads = true },
        Setting.Text("Nodes:*:Name") with { Reloads = true },
        Setting.WebUrl("Nodes:*:Api:Url", "https://node.example.com:3001") with { Reloads = true },
        Setting.Text("Nodes:*:Api:TokenFile") with { Reloads = true },
        Setting.Text("Nodes:*:Unlock:PasswordFile") with { Reloads = true },
        Setting.Text("Nodes:*:Unlock:BodyFile") with { Reloads = true },
    ];

    // By hand, because the binder lists the keys of each node's Api, and every listing goes through the keys of all nodes.
    internal static void Bind(NodesOptions options, IConfiguration section)
    {
        foreach (var node in section.GetSection(nameof(Nodes)).GetChildren())
        {
            options.Nodes.Add(new NodeOptions
            {
                NodeId = node["NodeId"] ?? "",
                Name = node["Name"],
                Api = new NodeApiOptions { Url = node["Api:Url"], TokenFile = node["Api:TokenFile"] },
                Unlock = new NodeUnlockOptions { PasswordFile = node["Unlock:PasswordFile"], BodyFile = node["Unlock:BodyFile"] },
            });
        }
    }
}

/// <summary>One configured node.</summary>
public sealed class NodeOptions
{
    /// <summary>The node's id as the cloud shows it, compared by exact code points; at most 256 characters.</summary>
    public string NodeId { get; set; } = "";

    /// <summary>A name for people.</summary>
    /// <value><see langword="null"/>.</value>
    public string? Name { get; set; }

    /// <summary>The node's own API.</summary>
    /// <value>Nothing is set: it is where the cloud says, if the cloud can be asked.</value>
    public NodeApiOptions Api { get; set; } = new();

    /// <summary>How a handler of type <c>Unlock</c> unlocks the node.</summary>
    /// <value>Nothing is set: it is left to people.</value>
    public NodeUnlockOptions Unlock { get; set; } = new();
}

/// <summary>Where a node's own API is. It stands beside the id that it belongs to, and nowhere else: a token must not reach another node.</summary>
public sealed class NodeApiOptions
{
    /// <summary>The address; https, or http on this machine.</summary>
    /// <value><see langword="null"/>: the cloud's <c>invoke_url</c>.</value>
    public string? Url { get; set; }

    /// <summary>A file with the token that the node's API wants as <c>Authorization: Bearer</c>. Read each time that it is needed.</summary>
    /// <value><see langword="null"/>: none.</value>
    public string? TokenFile { get; set; }
}

/// <summary>What a node is unlocked with. It stands beside the id that it belongs to, and nowhere else: a password must not reach another node.</summary>
public sealed class NodeUnlockOptions
{
    /// <summary>A file with the node's password. Read each time that it is needed; a line break at its end is not a part of it.</summary>
    /// <value><see langword="null"/>: the node is not unlocked.</value>
    public string? PasswordFile { get; set; }

    /// <summary>
    /// A file with the JSON that the node's <c>/unlock</c> wants, with <c>{{password}}</c> where the password belongs; for nodes that want
    /// more than a password.
    /// </summary>
    /// <value><see langword="null"/>: <c>{"password":"{{password}}"}</c>.</value>
    public string? BodyFile { get; set; }
}
