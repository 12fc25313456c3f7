namespace ThunderStack.Webhooks.Receiver.Hosting;

/// <summary>Secrets as files, one per key: <c>/run/secrets/ThunderStack__Cloud__ApiToken</c>.</summary>
internal static class SecretFiles
{
    private const string DirectoryKey = "SecretsDirectory";
    private const string DefaultDirectory = "/run/secrets";

    public static void AddSecretFiles(this WebApplicationBuilder builder) => builder.Configuration.AddKeyPerFile(
        Path.GetFullPath(builder.Configuration[DirectoryKey] ?? DefaultDirectory), optional: true, reloadOnChange: false);
}
