using System.Text.Json;
using ThunderStack.Webhooks.Notify.Notices;
using ThunderStack.Webhooks.Notify.Sending;

namespace ThunderStack.Webhooks.Notify.Platforms;

/// <summary>
/// JSON in whose strings placeholders are filled. It is taken apart before it is filled, so that no value can become anything but
/// a part of a string.
/// </summary>
internal sealed class JsonTemplate
{
    private readonly JsonElement _json;

    private JsonTemplate(JsonElement json) => _json = json;

    /// <summary>The strings that no placeholder changes: a key that a service wants in the body is one of them.</summary>
    public IEnumerable<string> Constants => Strings(_json).Where(text => !text.Contains('{'));

    public static JsonTemplate Parse(string text)
    {
        using var document = JsonDocument.Parse(text);
        return new JsonTemplate(document.RootElement.Clone());
    }

    /// <summary>What is wrong with it, beginning with a verb, for a setting.</summary>
    public static string? Problem(string text)
    {
        try
        {
            var template = Parse(text);
            return template._json.ValueKind is not (JsonValueKind.Object or JsonValueKind.Array)
                ? """is no JSON object. Example: {"summary":"{title}","details":"{text}"}"""
                : Strings(template._json).Select(NoticeTemplate.Problem).FirstOrDefault(problem => problem is not null);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return """is not JSON. Example: {"summary":"{title}","details":"{text}"}""";
        }
    }

    public byte[] Fill(IReadOnlyDictionary<string, string> values) => JsonBody.Write(json => Write(json, _json, values));

    private static void Write(Utf8JsonWriter json, JsonElement element, IReadOnlyDictionary<string, string> values)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                json.WriteStartObject();
                foreach (var member in element.EnumerateObject())
                {
                    json.WritePropertyName(member.Name);
                    Write(json, member.Value, values);
                }

                json.WriteEndObject();
                break;
            case JsonValueKind.Array:
                json.WriteStartArray();
                foreach (var item in element.EnumerateArray())
                {
                    Write(json, item, values);
                }

                json.WriteEndArray();
                break;
            case JsonValueKind.String:
                json.WriteStringValue(NoticeTemplate.Of(element.GetString())?.Fill(values) ?? "");
                break;
            default:
                element.WriteTo(json);
                break;
        }
    }

    private static IEnumerable<string> Strings(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(member => Strings(member.Value)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(Strings),
        JsonValueKind.String => [element.GetString()!],
        _ => [],
    };
}
