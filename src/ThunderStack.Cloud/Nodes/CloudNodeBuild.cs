using System.Text.Json;
using System.Text.Json.Serialization;

namespace ThunderStack.Cloud.Nodes;

/// <summary>Something that the cloud did to a node: its creation, a start, an upgrade.</summary>
public sealed record CloudNodeBuild
{
    /// <summary>The build's id.</summary>
    [JsonPropertyName("id")]
    public string? Id { get; init; }

    /// <summary>What was done.</summary>
    [JsonPropertyName("action")]
    public string? Action { get; init; }

    /// <summary>The build's number, counted by the cloud.</summary>
    [JsonPropertyName("buildNumber")]
    public int? BuildNumber { get; init; }

    /// <summary>How it went.</summary>
    [JsonPropertyName("buildStatus")]
    public CloudBuildStatus? BuildStatus { get; init; }

    /// <summary>Whether it has ended.</summary>
    [JsonPropertyName("buildComplete")]
    public bool? BuildComplete { get; init; }

    /// <summary>The step that it is at.</summary>
    [JsonPropertyName("currentPhase")]
    public string? CurrentPhase { get; init; }

    /// <summary>When it was, as sent: text or a number, the documentation does not say which.</summary>
    [JsonPropertyName("timestamp")]
    public JsonElement? Timestamp { get; init; }

    /// <summary>Members that are not known here, as sent.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? AdditionalProperties { get; set; }
}
