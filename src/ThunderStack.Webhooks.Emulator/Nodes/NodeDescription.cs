using System.Text.Json.Serialization;

namespace ThunderStack.Webhooks.Emulator.Nodes;

/// <summary>A node as the API describes it, with the API's own spelling of its members.</summary>
internal sealed record NodeDescription(
    [property: JsonPropertyName("nodeId")] string NodeId,
    [property: JsonPropertyName("name")] string Name,
    [property: JsonPropertyName("network")] string Network,
    [property: JsonPropertyName("status")] string Status,
    [property: JsonPropertyName("initialized")] bool Initialized,
    [property: JsonPropertyName("invoke_url")] string InvokeUrl,
    [property: JsonPropertyName("rln_commit_id")] string ImageId,
    [property: JsonPropertyName("port")] int Port,
    [property: JsonPropertyName("protocol")] string Protocol,
    [property: JsonPropertyName("peerDNS")] string PeerDns,
    [property: JsonPropertyName("peerPort")] int PeerPort,
    [property: JsonPropertyName("settings")] NodeSettings Settings,
    [property: JsonPropertyName("builds")] IReadOnlyList<NodeBuild> Builds);

/// <summary>What a node's owner can set.</summary>
internal sealed record NodeSettings([property: JsonPropertyName("webhookUrl")] string? WebhookUrl);

/// <summary>Something that was done to a node.</summary>
internal sealed record NodeBuild(
    [property: JsonPropertyName("id")] string Id,
    [property: JsonPropertyName("action")] string Action,
    [property: JsonPropertyName("buildNumber")] int BuildNumber,
    [property: JsonPropertyName("buildStatus")] string BuildStatus,
    [property: JsonPropertyName("buildComplete")] bool BuildComplete,
    [property: JsonPropertyName("currentPhase")] string CurrentPhase,
    [property: JsonPropertyName("timestamp")] string Timestamp);
