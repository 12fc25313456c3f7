using System.Net;
using System.Text;
using System.Text.Json;

namespace ThunderStack.Cloud.Transport;

/// <summary>Reads what is wanted from an answer's JSON, or says what is wrong with it.</summary>
internal static class CloudAnswer
{
    public static T Read<T>(CloudCall call, ReadOnlyMemory<byte> bytes, Func<JsonElement, T?> read, string expected)
        where T : class
    {
        var content = bytes.Span.StartsWith(Encoding.UTF8.Preamble) ? bytes[3..] : bytes;
        var start = content.Span.TrimStart(" \t\r\n"u8);
        var problem = start.IsEmpty ? "nothing" : start[0] == '<' ? "HTML" : null;
        if (problem is null)
        {
            try
            {
                using var document = JsonDocument.Parse(content);
                if (read(document.RootElement) is { } found)
                {
                    return found;
                }

                problem = "other JSON";
            }
            catch (JsonException exception) when (exception.Path is { Length: > 1 } path)
            {
                problem = $"JSON with something else at {path}";
            }
            catch (Exception exception) when (exception is JsonException or InvalidOperationException)
            {
                // InvalidOperationException: text that is not UTF-8, or a lone surrogate.
                problem = "JSON that cannot be read";
            }
        }

        throw Failure(call, problem, expected);
    }

    /// <summary>What is to be said of an answer that is something else.</summary>
    public static ThunderStackCloudException Failure(CloudCall call, string problem, string expected) => new(
        $"{call.What}: the cloud answered {problem} instead of {expected}; {CloudFailure.CheckBaseAddress}.", HttpStatusCode.OK);
}
