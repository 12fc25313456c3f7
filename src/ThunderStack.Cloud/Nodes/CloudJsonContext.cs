using System.Text.Json.Serialization;

namespace ThunderStack.Cloud.Nodes;

/// <summary>The JSON of the API's nodes, generated: nothing is found by reflection.</summary>
[JsonSourceGenerationOptions(
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, NumberHandling = JsonNumberHandling.AllowReadingFromString)]
[JsonSerializable(typeof(CloudNode))]
[JsonSerializable(typeof(CloudNode[]))]
[JsonSerializable(typeof(CreateRequest))]
[JsonSerializable(typeof(DestroyRequest))]
[JsonSerializable(typeof(SettingsRequest))]
internal sealed partial class CloudJsonContext : JsonSerializerContext;

internal sealed record CreateRequest(
    [property: JsonPropertyName("name")] string Name,
    [property: JsonPropertyName("network")] CloudNetwork Network,
    [property: JsonPropertyName("settings")] CloudNodeSettings? Settings);

internal sealed record DestroyRequest([property: JsonPropertyName("destroyNodeId")] string DestroyNodeId);

internal sealed record SettingsRequest([property: JsonPropertyName("settings")] CloudNodeSettings Settings);
