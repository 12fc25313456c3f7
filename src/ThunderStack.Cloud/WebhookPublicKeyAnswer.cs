using System.Text;
using System.Text.Json;

namespace ThunderStack.Cloud;

/// <summary>
/// Finds the key's text in the answer to <c>GET /api/webhook-public-key</c>. Documented is <c>{"data":"…"}</c>; a bare JSON
/// string and plain text are taken as well, because the documentation does not show the key's encoding.
/// </summary>
internal static class WebhookPublicKeyAnswer
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <returns>The text, or <see langword="null"/> and what is wrong with the answer.</returns>
    public static string? Read(ReadOnlySpan<byte> answer, out string problem)
    {
        var bytes = answer.StartsWith(Encoding.UTF8.Preamble) ? answer[3..] : answer;
        bytes = Trim(bytes);
        problem = "";
        if (bytes.IsEmpty)
        {
            problem = "an empty answer instead of a key";
            return null;
        }

        try
        {
            switch (bytes[0])
            {
                case (byte)'<':
                    problem = "HTML instead of JSON";
                    return null;
                case (byte)'{' or (byte)'"' or (byte)'[':
                    return FromJson(bytes, out problem);
                default:
                    return StrictUtf8.GetString(bytes);
            }
        }
        catch (JsonException)
        {
            problem = "JSON that cannot be read";
        }
        catch (Exception exception) when (exception is DecoderFallbackException or InvalidOperationException)
        {
            // InvalidOperationException: an escaped lone surrogate in a JSON string.
            problem = "text that is not UTF-8";
        }

        return null;
    }

    private static string? FromJson(ReadOnlySpan<byte> bytes, out string problem)
    {
        var reader = new Utf8JsonReader(bytes);
        reader.Read();
        string? text = null;
        problem = "JSON without a string \"data\"";
        if (reader.TokenType == JsonTokenType.String)
        {
            text = reader.GetString();
        }
        else if (reader.TokenType == JsonTokenType.StartObject)
        {
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isData = reader.ValueTextEquals("data"u8);
                reader.Read();
                if (!isData)
                {
                    reader.Skip();
                    continue;
                }

                if (text is not null || reader.TokenType != JsonTokenType.String)
                {
                    return null;
                }

                text = reader.GetString();
            }
        }
        else
        {
            return null;
        }

        // Reading on finds what follows the value: only white space may.
        while (reader.Read())
        {
        }

        if (string.IsNullOrWhiteSpace(text) && text is not null)
        {
            problem = "an empty \"data\" instead of a key";
            return null;
        }

        return text;
    }

    private static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> bytes) => bytes.Trim(" \t\r\n"u8);
}
