using System.Text.Json;

namespace ThunderStack.Cloud.Transport;

/// <summary>Finds what the cloud says about a failure: one line of its own words, short, and without the token.</summary>
internal static class ServerMessage
{
    private const int MaxBytes = 16 * 1024;

    // The answer is a failure already: its words are not worth a long wait.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public static async Task<string?> ReadAsync(HttpContent content, string? token, TimeProvider time, CancellationToken cancellationToken)
    {
        if (content.Headers.ContentType?.MediaType is { } type && !type.EndsWith("json", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            var bytes = await BoundedReader.ReadAsync(content, MaxBytes, either.Token).ConfigureAwait(false);
            return bytes is { Length: > 0 } && Find(bytes) is { } message ? ServerWords.Clean(message, token) : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or HttpRequestException or IOException
            || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return null;
        }
    }

    private static string? Find(byte[] bytes)
    {
        using var document = JsonDocument.Parse(bytes);
        if (document.RootElement.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        foreach (var name in (ReadOnlySpan<string>)["message", "detail", "error", "title"])
        {
            if (document.RootElement.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
                && !string.IsNullOrWhiteSpace(value.GetString()))
            {
                return value.GetString();
            }
        }

        return null;
    }
}
