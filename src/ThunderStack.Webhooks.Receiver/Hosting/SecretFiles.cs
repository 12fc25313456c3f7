namespace ThunderStack.Webhooks.Receiver.Hosting;

/// <summary>Secrets as files, one per key: <c>/run/secrets/ThunderStack__Cloud__ApiToken</c>.</summary>
internal static class SecretFiles
{
    private const string DirectoryKey = "SecretsDirectory";
    private const string DefaultDirectory = "/run/secrets";

    public static void AddSecretFiles(this WebApplicationBuilder builder) => builder.Configuration.AddKeyPerFile(
        Path.GetFullPath(builder.Configuration[DirectoryKey] ?? DefaultDirectory), optional: true, reloadOnChange: false);

    /// <summary>A folder that was named has to be there; the one that container engines use need not.</summary>
    public static IEnumerable<string> Problems(IConfiguration configuration) =>
        configuration[DirectoryKey] is { } named && !Directory.Exists(named)
            ? [$"{DirectoryKey} is \"{named}\", which is not a folder that can be read: write the one with a file for each secret."]
            : [];
}
