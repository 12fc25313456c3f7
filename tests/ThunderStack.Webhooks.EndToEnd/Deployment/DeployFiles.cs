using System.Text.RegularExpressions;

namespace ThunderStack.Webhooks.EndToEnd.Deployment;

/// <summary>What a user deploys with: the files of <c>deploy/</c> and the <c>Dockerfile</c>.</summary>
internal static partial class DeployFiles
{
    /// <summary>Where secrets are mounted.</summary>
    public const string Secrets = "/run/secrets/";

    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Deployment");

    public static string Caddyfile => Path.Combine(Folder, "Caddyfile");

    public static string CreateRole => Path.Combine(Folder, "create-role.sh");

    public static Yaml Compose => Yaml.Load(Path.Combine(Folder, "compose.yaml")).Single();

    /// <summary>The compose file with its comments, which say how the secrets are made.</summary>
    public static string ComposeText => File.ReadAllText(Path.Combine(Folder, "compose.yaml"));

    /// <summary>The settings file that the compose file's receivers read, and those of the manifests.</summary>
    public static string ComposeConfiguration => File.ReadAllText(Path.Combine(Folder, "config", "receiver.json"));

    public static string KubernetesConfiguration => Object("ConfigMap")["data"].ToTexts().Should().ContainSingle().Which.Value;

    /// <summary>The receivers of the compose file.</summary>
    public static IReadOnlyDictionary<string, Yaml> Receivers => Compose["services"].Members
        .Where(service => service.Key.StartsWith("receiver", StringComparison.Ordinal)).ToDictionary();

    /// <summary>Every object of the Kubernetes manifests.</summary>
    public static IReadOnlyList<Yaml> Kubernetes =>
        [.. Directory.GetFiles(Path.Combine(Folder, "kubernetes"), "*.yaml").Order().SelectMany(Yaml.Load)];

    public static string Dockerfile => File.ReadAllText(Path.Combine(Folder, "Dockerfile"));

    /// <summary>The environment that the image gives to every container.</summary>
    public static Dictionary<string, string> ImageEnvironment => ImageVariable().Matches(
            Dockerfile[Dockerfile.IndexOf("\nENV ", StringComparison.Ordinal)..Dockerfile.IndexOf("\nEXPOSE ", StringComparison.Ordinal)])
        .ToDictionary(match => match.Groups["name"].Value, match => match.Groups["value"].Value.Trim('"'));

    /// <summary>The argument of an instruction that the Dockerfile has once in its last stage.</summary>
    public static string Instruction(string name) => Dockerfile.Split('\n')
        .Last(line => line.StartsWith(name + " ", StringComparison.Ordinal))[(name.Length + 1)..];

    /// <summary>The command of the image's HEALTHCHECK, a JSON array.</summary>
    public static string HealthCheck => Instruction("HEALTHCHECK").Split(" CMD ")[1];

    public static Yaml Object(string kind) => Kubernetes.Single(item => item["kind"].Text == kind);

    [GeneratedRegex("""(?<name>[A-Za-z_0-9]+)=(?<value>"[^"]*"|[^\s\\]+)""")]
    private static partial Regex ImageVariable();
}
