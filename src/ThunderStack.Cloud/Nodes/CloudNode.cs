using System.Text.Json;
using System.Text.Json.Serialization;

namespace ThunderStack.Cloud.Nodes;

/// <summary>
/// A node as the cloud describes it. What a description leaves out is <see langword="null"/>; only the id is always there.
/// </summary>
/// <remarks>Members that are not known here are kept in <see cref="AdditionalProperties"/>, and written again.</remarks>
public sealed record CloudNode
{
    /// <summary>The node's id: the <c>nodeId</c> of its webhooks.</summary>
    [JsonPropertyName("nodeId")]
    public required string NodeId { get; init; }

    /// <summary>The name that its owner gave it.</summary>
    [JsonPropertyName("name")]
    public string? Name { get; init; }

    /// <summary>The network that it is on.</summary>
    [JsonPropertyName("network")]
    public CloudNetwork? Network { get; init; }

    /// <summary>Its status at the moment.</summary>
    [JsonPropertyName("status")]
    public CloudNodeStatus? Status { get; init; }

    /// <summary>Whether its wallet is initialised.</summary>
    [JsonPropertyName("initialized")]
    public bool? Initialized { get; init; }

    /// <summary>Where the node's own API is.</summary>
    [JsonPropertyName("invoke_url")]
    public string? InvokeUrl { get; init; }

    /// <summary>Which image it runs, as <see cref="CloudNodesClient.GetLatestImageAsync"/> names the latest.</summary>
    [JsonPropertyName("rln_commit_id")]
    public string? ImageId { get; init; }

    /// <summary>The port of the node's own API.</summary>
    [JsonPropertyName("port")]
    public int? Port { get; init; }

    /// <summary>The protocol of the node's own API.</summary>
    [JsonPropertyName("protocol")]
    public string? Protocol { get; init; }

    /// <summary>The host name at which other Lightning nodes find it.</summary>
    [JsonPropertyName("peerDNS")]
    public string? PeerDns { get; init; }

    /// <summary>The port at which other Lightning nodes find it.</summary>
    [JsonPropertyName("peerPort")]
    public int? PeerPort { get; init; }

    /// <summary>What its owner can set.</summary>
    [JsonPropertyName("settings")]
    public CloudNodeSettings? Settings { get; init; }

    /// <summary>What was done to it.</summary>
    [JsonPropertyName("builds")]
    public IReadOnlyList<CloudNodeBuild>? Builds { get; init; }

    /// <summary>Members that are not known here, as sent.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? AdditionalProperties { get; set; }
}
