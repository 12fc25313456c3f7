using System.Text.Json;
using System.Text.Json.Serialization;

namespace ThunderStack.Webhooks.Management.Routing;

/// <summary>The API's JSON: camelCase, enum values too; nothing unknown, and nothing twice, in what it is sent.</summary>
internal static class ManagementJson
{
    public static readonly JsonSerializerOptions Options = Create();

    public static void Apply(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
        options.PropertyNameCaseInsensitive = false;
        options.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        options.AllowDuplicateProperties = false;
        options.NumberHandling = JsonNumberHandling.Strict;
        options.MaxDepth = 16;
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false));
    }

    /// <summary>The name of a kind in this API: <c>nodeFailed</c>.</summary>
    public static string Name(string kind) => JsonNamingPolicy.CamelCase.ConvertName(kind);

    private static JsonSerializerOptions Create()
    {
        var options = new JsonSerializerOptions();
        Apply(options);
        options.TypeInfoResolver = new System.Text.Json.Serialization.Metadata.DefaultJsonTypeInfoResolver();
        options.MakeReadOnly();
        return options;
    }
}
