using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ThunderStack.Webhooks.Cli.Output;

/// <summary>How everything is written for programs: camelCase, every member always there, absent values as null.</summary>
internal static class Json
{
    /// <summary>For a document.</summary>
    public static JsonSerializerOptions Indented { get; } = Create(indented: true);

    /// <summary>For a line of many.</summary>
    public static JsonSerializerOptions Line { get; } = Create(indented: false);

    private static JsonSerializerOptions Create(bool indented) => new(JsonSerializerDefaults.Web)
    {
        WriteIndented = indented,
        // Signatures and times stay legible: this is never put into a page.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };
}
