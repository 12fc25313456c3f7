using ThunderStack.Webhooks.EndToEnd.Processes;
using ThunderStack.Webhooks.Testing;

namespace ThunderStack.Webhooks.EndToEnd.Deployment;

/// <summary>
/// What a container has in it: the image's environment, then the file's, settings and secrets as files. Only where it listens is
/// the test's choice, and where these folders are.
/// </summary>
internal static class Container
{
    public const string NodeId = "node-of-deploy";

    /// <summary>
    /// The settings of a receiver with this environment, this file in <c>/config</c> and these in <c>/run/secrets</c>.
    /// </summary>
    public static ReceiverSettings Settings(
        string folder, IReadOnlyDictionary<string, string> environment, string configuration, IEnumerable<string> secretFiles, string connectionString)
    {
        var config = Directory.CreateDirectory(Path.Combine(folder, "config")).FullName;
        var secrets = Directory.CreateDirectory(Path.Combine(folder, "secrets")).FullName;
        foreach (var name in secretFiles)
        {
            File.WriteAllText(Path.Combine(secrets, name), name switch
            {
                "ThunderStack__Inbox__ConnectionString" => connectionString,
                "public-key.pem" => TestKey.Default.PublicKeyPem,
                _ => throw new InvalidDataException($"Nobody knows what the secret {name} is."),
            });
        }

        File.WriteAllText(Path.Combine(config, "receiver.json"), InPlace(configuration));
        var settings = ReceiverSettings.Bare(Path.Combine(folder, "data"))
            .WithVariable("SettingsDirectory", config)
            .WithVariable("SecretsDirectory", secrets);
        foreach (var (name, value) in DeployFiles.ImageEnvironment.Where(variable => variable.Key != "ASPNETCORE_HTTP_PORTS").Concat(environment))
        {
            settings = settings.WithVariable(name, InPlace(value));
        }

        return settings;

        string InPlace(string text) => text
            .Replace("your-node-id", NodeId, StringComparison.Ordinal)
            .Replace(DeployFiles.Secrets, secrets + "/", StringComparison.Ordinal);
    }
}
