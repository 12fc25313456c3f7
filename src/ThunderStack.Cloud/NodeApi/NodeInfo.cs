using System.Text.Json;
using System.Text.Json.Serialization;

namespace ThunderStack.Cloud.NodeApi;

/// <summary>What an unlocked node says of itself: <c>GET /nodeinfo</c>. Only the key is always there.</summary>
public sealed record NodeInfo
{
    /// <summary>The node's public key on the Lightning network, in hexadecimal.</summary>
    [JsonPropertyName("pubkey")]
    public required string Pubkey { get; init; }

    /// <summary>How many channels it has.</summary>
    [JsonPropertyName("num_channels")]
    public int? ChannelCount { get; init; }

    /// <summary>How many of them can be used now.</summary>
    [JsonPropertyName("num_usable_channels")]
    public int? UsableChannelCount { get; init; }

    /// <summary>How many peers it is connected to.</summary>
    [JsonPropertyName("num_peers")]
    public int? PeerCount { get; init; }

    /// <summary>Its own balance in its channels, in satoshi.</summary>
    [JsonPropertyName("local_balance_sat")]
    public long? LocalBalanceSat { get; init; }

    /// <summary>Members that are not known here, as sent.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? AdditionalProperties { get; set; }
}

/// <summary>The JSON of a node's API, generated: nothing is found by reflection.</summary>
[JsonSourceGenerationOptions(NumberHandling = JsonNumberHandling.AllowReadingFromString)]
[JsonSerializable(typeof(NodeInfo))]
internal sealed partial class NodeApiJsonContext : JsonSerializerContext;
