namespace ThunderStack.Webhooks.Receiver.Settings;

/// <summary>Files named after settings, <c>ThunderStack__Cloud__ApiToken</c>, in a folder that may hold other programs' files too.</summary>
internal static class SecretFileName
{
    private static readonly string[] Sections = ["ThunderStack", "Kestrel", "Logging", "AllowedHosts", "urls", "http_ports", "https_ports"];

    /// <summary>Whether a file is a setting's. Any other is not even opened: it may be one that only its own program may read.</summary>
    public static bool IsSetting(string fileName) =>
        fileName.StartsWith("OTEL_", StringComparison.OrdinalIgnoreCase)
        || Sections.Contains(KeyOf(fileName).Split(':')[0], StringComparer.OrdinalIgnoreCase);

    /// <summary>The setting's key.</summary>
    public static string KeyOf(string fileName) => fileName.Replace("__", ":", StringComparison.Ordinal);
}
