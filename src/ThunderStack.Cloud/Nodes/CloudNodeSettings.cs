using System.Text.Json;
using System.Text.Json.Serialization;

namespace ThunderStack.Cloud.Nodes;

/// <summary>What a node's owner can set.</summary>
public sealed record CloudNodeSettings
{
    /// <summary>Where the cloud posts the node's events.</summary>
    /// <value><see langword="null"/> or empty: nowhere.</value>
    [JsonPropertyName("webhookUrl")]
    public string? WebhookUrl { get; init; }

    /// <summary>Members that are not known here, as sent.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? AdditionalProperties { get; set; }
}
