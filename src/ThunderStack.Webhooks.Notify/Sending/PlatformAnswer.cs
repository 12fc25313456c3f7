using System.Text;
using System.Text.Json;

namespace ThunderStack.Webhooks.Notify.Sending;

/// <summary>What a platform answered, read for what platforms say in different ways.</summary>
internal sealed class PlatformAnswer
{
    private PlatformAnswer(string text, JsonElement? json)
    {
        Text = text;
        Json = json;
    }

    public string Text { get; }

    /// <summary>The body, when it is a JSON object.</summary>
    public JsonElement? Json { get; }

    /// <summary>The status that the body has for it, as Telegram's <c>error_code</c>.</summary>
    public int? Status => Find("error_code") is { ValueKind: JsonValueKind.Number } code && code.TryGetInt32(out var status) ? status : null;

    /// <summary>How long the platform wants to be left alone: Discord's <c>retry_after</c>, Telegram's <c>parameters.retry_after</c>.</summary>
    public TimeSpan? RetryAfter =>
        (Find("retry_after") ?? (Find("parameters") is { ValueKind: JsonValueKind.Object } parameters && parameters.TryGetProperty("retry_after", out var wait) ? wait : null))
            is { ValueKind: JsonValueKind.Number } seconds && seconds.TryGetDouble(out var number) && number is >= 0 and < 1e6
            ? TimeSpan.FromSeconds(number)
            : null;

    /// <summary>The platform's own words, if it has any.</summary>
    public string? Words
    {
        get
        {
            if (Json is null)
            {
                return Text.Length > 0 && Text[0] is not ('<' or '{' or '[') ? Text.Split('\n')[0] : null;
            }

            foreach (var name in (ReadOnlySpan<string>)["description", "message", "error", "detail", "title"])
            {
                var value = Find(name) is { ValueKind: JsonValueKind.Object } below && below.TryGetProperty("message", out var message) ? message : Find(name);
                if (value is { ValueKind: JsonValueKind.String } && value.Value.GetString() is { Length: > 0 } words)
                {
                    return words;
                }
            }

            return null;
        }
    }

    public static PlatformAnswer Read(byte[] body)
    {
        var text = Encoding.UTF8.GetString(body).Trim();
        try
        {
            using var document = JsonDocument.Parse(text);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
            {
                return new PlatformAnswer(text, document.RootElement.Clone());
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // Other text.
        }

        return new PlatformAnswer(text, null);
    }

    /// <summary>Whether a member of the body is <c>true</c> or <c>false</c>; <see langword="null"/> when it is neither.</summary>
    public bool? Flag(string name) => Find(name)?.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => null,
    };

    /// <summary>Whether the body has a member that says something.</summary>
    public bool Has(string name) => Find(name) is { } value
        && value.ValueKind is not (JsonValueKind.Null or JsonValueKind.False)
        && !(value.ValueKind == JsonValueKind.String && value.GetString()!.Length == 0);

    private JsonElement? Find(string name) => Json is { } json && json.TryGetProperty(name, out var value) ? value : null;
}
