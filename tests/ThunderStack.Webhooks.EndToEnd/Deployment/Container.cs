using System.Text.RegularExpressions;
using ThunderStack.Webhooks.EndToEnd.Processes;
using ThunderStack.Webhooks.Testing;

namespace ThunderStack.Webhooks.EndToEnd.Deployment;

/// <summary>
/// What a container has in it: the image's environment, then the file's, and secrets as files. Only where it listens is
/// the test's choice, and where the folder of secrets is.
/// </summary>
internal static partial class Container
{
    public const string NodeId = "node-of-deploy";

    /// <summary>The settings of a receiver with this environment and these files in <c>/run/secrets</c>.</summary>
    public static ReceiverSettings Settings(
        string folder, IReadOnlyDictionary<string, string> environment, IEnumerable<string> secretFiles, string connectionString)
    {
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

        var settings = ReceiverSettings.Bare(Path.Combine(folder, "data")).WithVariable("SecretsDirectory", secrets);
        foreach (var (name, value) in DeployFiles.ImageEnvironment.Where(variable => variable.Key != "ASPNETCORE_HTTP_PORTS").Concat(environment))
        {
            settings = settings.WithVariable(
                name, Interpolated().Replace(value, NodeId).Replace(DeployFiles.Secrets, secrets + "/", StringComparison.Ordinal));
        }

        return settings;
    }

    [GeneratedRegex(@"\$\{NODE_ID[^}]*\}|your-node-id")]
    private static partial Regex Interpolated();
}
