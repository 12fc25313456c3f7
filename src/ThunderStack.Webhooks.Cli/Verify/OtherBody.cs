using System.Text.Encodings.Web;
using System.Text.Json;

namespace ThunderStack.Webhooks.Cli.Verify;

/// <summary>
/// Looks for the body that was signed when it is not the one at hand: the usual ways in which an editor, a shell or a
/// framework changes bytes.
/// </summary>
internal static class OtherBody
{
    private static readonly JsonSerializerOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>What was done to the body, if that can be told.</summary>
    public static string? FindMatch(byte[] body, Func<byte[], bool> matches)
    {
        foreach (var (candidate, hint) in Candidates(body))
        {
            if (matches(candidate))
            {
                return hint;
            }
        }

        return null;
    }

    private static IEnumerable<(byte[] Body, string Hint)> Candidates(byte[] body)
    {
        var end = body.AsSpan().TrimEnd("\r\n"u8).Length;
        if (end < body.Length)
        {
            yield return (body[..end], "The signature matches the body without the line break at its end: save the exact bytes, echo and editors add one.");
        }

        var unix = body.Where(b => b != (byte)'\r').ToArray();
        if (unix.Length < body.Length)
        {
            yield return (unix, "The signature matches the body with LF line ends: something turned them into CRLF.");
        }

        if (Reformat(body) is { } compact)
        {
            yield return (compact, "The signature matches the same JSON without white space: the body was parsed and written again. Keep the raw bytes.");
        }
    }

    private static byte[]? Reformat(byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return JsonSerializer.SerializeToUtf8Bytes(document.RootElement, Compact);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
