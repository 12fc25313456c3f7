using System.Text.Json;

namespace ThunderStack.Webhooks.Dashboard.Events;

/// <summary>A value of a JSON document.</summary>
/// <param name="Path">Where it stands: <c>data.items[0].id</c>.</param>
/// <param name="Kind">What it is: string, number, true, false, null, or an empty object or array.</param>
/// <param name="Text">The value; of a string without quotes and escapes.</param>
internal sealed record ParsedField(string Path, string Kind, string Text);

/// <summary>The body of an event as its fields.</summary>
/// <param name="Fields">The fields in their order, those with the same name too.</param>
/// <param name="More">How many are left out.</param>
internal sealed record ParsedBody(IReadOnlyList<ParsedField> Fields, int More)
{
    private const int MostFields = 200;

    /// <returns><see langword="null"/>: it is no JSON.</returns>
    public static ParsedBody? Of(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var fields = new List<ParsedField>();
            Add(fields, "", document.RootElement);
            return new ParsedBody([.. fields.Take(MostFields)], Math.Max(0, fields.Count - MostFields));
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static void Add(List<ParsedField> fields, string path, JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object when element.EnumerateObject().Any():
                foreach (var property in element.EnumerateObject())
                {
                    Add(fields, path.Length == 0 ? property.Name : $"{path}.{property.Name}", property.Value);
                }

                break;
            case JsonValueKind.Array when element.GetArrayLength() > 0:
                var index = 0;
                foreach (var item in element.EnumerateArray())
                {
                    Add(fields, $"{path}[{index++}]", item);
                }

                break;
            case JsonValueKind.String:
                fields.Add(new ParsedField(path, "string", TextOf(element)));
                break;
            default:
                fields.Add(new ParsedField(path, KindOf(element.ValueKind), element.GetRawText()));
                break;
        }
    }

    // Half a surrogate pair is written \uD800 in JSON and can be no text: it is shown as it is written.
    private static string TextOf(JsonElement element)
    {
        try
        {
            return element.GetString()!;
        }
        catch (InvalidOperationException)
        {
            return element.GetRawText();
        }
    }

    private static string KindOf(JsonValueKind kind) => kind switch
    {
        JsonValueKind.Number => "number",
        JsonValueKind.True or JsonValueKind.False => "boolean",
        JsonValueKind.Object => "empty object",
        JsonValueKind.Array => "empty array",
        _ => "null",
    };
}
