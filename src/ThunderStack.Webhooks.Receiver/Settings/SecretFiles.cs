using System.Text;

namespace ThunderStack.Webhooks.Receiver.Settings;

/// <summary>Secrets as files, one per key: <c>/run/secrets/ThunderStack__Cloud__ApiToken</c>.</summary>
internal static class SecretFiles
{
    public const string DirectoryKey = "SecretsDirectory";
    private const string DefaultDirectory = "/run/secrets";

    public static PolledFiles Create(string? directory)
    {
        var folder = Path.GetFullPath(directory ?? DefaultDirectory);
        return new PolledFiles(
            () => Directory.Exists(folder)
                ? Directory.EnumerateFiles(folder).Where(path => SecretFileName.IsSetting(Path.GetFileName(path))).Order(StringComparer.Ordinal)
                : [],
            (path, content) => new Dictionary<string, string?> { [SecretFileName.KeyOf(Path.GetFileName(path))] = Read(content) });
    }

    // Without the line's end that editors and echo leave; any other white space is told.
    private static string Read(byte[] content)
    {
        var text = Encoding.UTF8.GetString(content).TrimStart('\uFEFF');
        return text.EndsWith("\r\n", StringComparison.Ordinal) ? text[..^2] : text.EndsWith('\n') ? text[..^1] : text;
    }
}
