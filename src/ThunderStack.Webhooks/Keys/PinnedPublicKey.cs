using System.Text;

namespace ThunderStack.Webhooks.Keys;

/// <summary>Reads an entry of <see cref="PublicKeyOptions.Pinned"/>: the key itself, or the path of a file with it.</summary>
internal static class PinnedPublicKey
{
    private const int MaxFileLength = PublicKeyPolicy.MaxTextLength;

    public static PublicKeyPolicyResult Read(string? entry)
    {
        var text = entry?.Trim() ?? "";
        return text.Length == 0 || IsKeyText(text) ? PublicKeyPolicy.Parse(text) : ReadFile(text);
    }

    // A key in base64 DER starts with "MI" at every admitted size. A file may have such a name too, so it is looked for first.
    private static bool IsKeyText(string text) =>
        text.Length > 1024
        || text.AsSpan().ContainsAny("\n<{\"")
        || text.Contains("-----", StringComparison.Ordinal)
        || text.StartsWith("ssh-", StringComparison.Ordinal)
        || (text.StartsWith("MI", StringComparison.Ordinal) && !File.Exists(text));

    private static PublicKeyPolicyResult ReadFile(string path)
    {
        // The entry is not repeated: it may be a secret that was pasted into the wrong place.
        try
        {
            using var file = File.OpenRead(path);
            var bytes = new byte[MaxFileLength + 1];
            var length = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            if (length > MaxFileLength)
            {
                return PublicKeyPolicyResult.Refuse(
                    PublicKeyRefusal.TooLarge,
                    $"The file is larger than {MaxFileLength / 1024} KiB, so it does not hold one key; write the path of the key's file.");
            }

            const byte DerSequence = 0x30;
            var content = bytes.AsMemory(0, length);
            return length > 1 && content.Span[0] == DerSequence && content.Span[1] >= 0x80
                ? PublicKeyPolicy.ParseDer(content)
                : PublicKeyPolicy.Parse(Encoding.UTF8.GetString(content.Span));
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return PublicKeyPolicyResult.Refuse(
                PublicKeyRefusal.Unreadable,
                $"It is neither PEM nor base64 DER, and no file has this path (relative paths start at {Environment.CurrentDirectory}); "
                + "write the key, or the path of its file.");
        }
        catch (Exception exception)
            when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return PublicKeyPolicyResult.Refuse(
                PublicKeyRefusal.Unreadable,
                $"The file cannot be read ({exception.GetType().Name}); check its permissions and that it is a file.");
        }
    }
}
