using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Options;
using ThunderStack.Cloud;
using ThunderStack.Webhooks.Configuration;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Intake;
using ThunderStack.Webhooks.Keys;
using ThunderStack.Webhooks.Nodes;
using ThunderStack.Webhooks.Receiver.Settings;

namespace ThunderStack.Webhooks.Cli.Doctor;

/// <summary>
/// A receiver's settings, read and judged as the receiver reads and judges them: files, then the environment, then secrets as
/// files. What cannot be used stays at its default, so that the other checks can go on.
/// </summary>
internal sealed class ReceiverSettings
{
    private readonly ILookup<string, string?> _names;

    public ReceiverSettings(IConfiguration configuration)
    {
        var services = new ServiceCollection();
        services.AddThunderStackWebhooksCore(configuration).AddConfiguredHandlers().AddNotifiers().AddRabbitMq().AddReconciliation().AddNodeWatch();
        using var provider = services.BuildServiceProvider();
        Nodes = Read(provider, new NodesOptions());
        _names = Nodes.Nodes.ToLookup(node => node.NodeId, node => node.Name, StringComparer.Ordinal);
        Cloud = Read(provider, new ThunderStackCloudOptions());
        PublicKey = Read(provider, new PublicKeyOptions());
        Webhook = Read(provider, new WebhookOptions());
        Inbox = Read(provider, new InboxOptions());
        Problems = provider.GetRequiredService<ConfigurationProblems>().Find(provider);
        var catalog = provider.GetRequiredService<SettingsCatalog>();
        catalog.Declare(ReceiverSettingsCatalog.Proxy);
        catalog.Declare(ReceiverSettingsCatalog.Management);
        UnknownKeys = [.. catalog.FindUnknownKeys(configuration.GetSection(ThunderStackWebhooksServiceCollectionExtensions.SectionName))];
    }

    /// <summary>Everything that keeps a receiver from starting with these settings.</summary>
    public IReadOnlyList<string> Problems { get; }

    /// <summary>What is written and no receiver reads.</summary>
    public IReadOnlyList<string> UnknownKeys { get; }

    public NodesOptions Nodes { get; }

    public ThunderStackCloudOptions Cloud { get; }

    public PublicKeyOptions PublicKey { get; }

    public WebhookOptions Webhook { get; }

    public InboxOptions Inbox { get; }

    /// <summary>A node as a person should read it: its id, and its name where the settings give one.</summary>
    public string DisplayNameOf(string nodeId) => _names[nodeId].FirstOrDefault() is { Length: > 0 } name ? $"{nodeId} ({name})" : nodeId;

    /// <summary>The URL at which the cloud reaches the receiver, when the settings say.</summary>
    public Uri? PublicUrl => Uri.TryCreate(Webhook.PublicUrl, UriKind.Absolute, out var url) ? url : null;

    /// <summary>Reads settings; the later ones win.</summary>
    /// <param name="files">Settings files.</param>
    /// <param name="secrets">A folder with a file for each secret; it need not exist.</param>
    /// <exception cref="InvalidDataException">A file is not JSON.</exception>
    public static IConfiguration LoadConfiguration(IEnumerable<string> files, string secrets)
    {
        var builder = new ConfigurationBuilder();
        foreach (var file in files)
        {
            builder.AddJsonFile(Path.GetFullPath(file), optional: false, reloadOnChange: false);
        }

        return builder.AddEnvironmentVariables().AddKeyPerFile(source =>
        {
            source.FileProvider = Directory.Exists(secrets) ? new PhysicalFileProvider(Path.GetFullPath(secrets)) : null;
            source.Optional = true;
            source.IgnoreCondition = name => !SecretFileName.IsSetting(name);
        }).Build();
    }

    private static TOptions Read<TOptions>(ServiceProvider provider, TOptions fallback)
        where TOptions : class
    {
        try
        {
            return provider.GetRequiredService<IOptions<TOptions>>().Value;
        }
        catch (OptionsValidationException)
        {
            // Told with all the others.
            return fallback;
        }
    }
}
