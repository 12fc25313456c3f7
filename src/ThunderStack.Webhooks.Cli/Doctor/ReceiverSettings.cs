using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using ThunderStack.Cloud;
using ThunderStack.Webhooks.Dispatch;
using ThunderStack.Webhooks.Handlers;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Intake;
using ThunderStack.Webhooks.Keys;
using ThunderStack.Webhooks.Nodes;
using ThunderStack.Webhooks.Reconciliation;

namespace ThunderStack.Webhooks.Cli.Doctor;

/// <summary>
/// A receiver's settings, read and judged as the receiver reads and judges them: files, then the environment, then secrets as
/// files. What cannot be used stays at its default, so that the other checks can go on.
/// </summary>
internal sealed class ReceiverSettings
{
    private readonly List<string> _problems = [];

    private ReceiverSettings(IConfiguration configuration)
    {
        var services = new ServiceCollection();
        services.AddThunderStackWebhooksCore(configuration).AddConfiguredHandlers().AddReconciliation();
        using var provider = services.BuildServiceProvider();
        Nodes = Read(provider, new NodesOptions());
        Cloud = Read(provider, new ThunderStackCloudOptions());
        PublicKey = Read(provider, new PublicKeyOptions());
        Webhook = Read(provider, new WebhookOptions());
        Inbox = Read(provider, new InboxOptions());
        Read(provider, new DispatchOptions());
        Read(provider, new HandlersOptions());
        Read(provider, new ReconciliationOptions());
    }

    /// <summary>Everything that keeps a receiver from starting with these settings.</summary>
    public IReadOnlyList<string> Problems => _problems;

    public NodesOptions Nodes { get; }

    public ThunderStackCloudOptions Cloud { get; }

    public PublicKeyOptions PublicKey { get; }

    public WebhookOptions Webhook { get; }

    public InboxOptions Inbox { get; }

    /// <summary>The URL at which the cloud reaches the receiver, when the settings say.</summary>
    public Uri? PublicUrl => Uri.TryCreate(Webhook.PublicUrl, UriKind.Absolute, out var url) ? url : null;

    /// <summary>Reads settings; the later ones win.</summary>
    /// <param name="files">Settings files.</param>
    /// <param name="secrets">A folder with a file for each secret; it need not exist.</param>
    /// <exception cref="InvalidDataException">A file is not JSON.</exception>
    public static ReceiverSettings Load(IEnumerable<string> files, string secrets)
    {
        var builder = new ConfigurationBuilder();
        foreach (var file in files)
        {
            builder.AddJsonFile(Path.GetFullPath(file), optional: false, reloadOnChange: false);
        }

        return new ReceiverSettings(builder.AddEnvironmentVariables().AddKeyPerFile(Path.GetFullPath(secrets), optional: true).Build());
    }

    private TOptions Read<TOptions>(ServiceProvider provider, TOptions fallback)
        where TOptions : class
    {
        try
        {
            return provider.GetRequiredService<IOptions<TOptions>>().Value;
        }
        catch (OptionsValidationException exception)
        {
            _problems.AddRange(exception.Failures);
        }
        catch (InvalidOperationException exception)
        {
            // The binder's way to say that a value is not of the right type; it names the key.
            _problems.Add(exception.Message);
        }

        return fallback;
    }
}
