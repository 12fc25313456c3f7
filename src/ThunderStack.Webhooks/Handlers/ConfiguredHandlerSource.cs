using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ThunderStack.Webhooks.Configuration;
using ThunderStack.Webhooks.Dispatch;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Intake;
using ThunderStack.Webhooks.Nodes;

namespace ThunderStack.Webhooks.Handlers;

/// <summary>Makes handlers of the section <c>ThunderStack:Handlers</c>, and makes them again when it changes.</summary>
internal sealed class ConfiguredHandlerSource : IHandlerSource
{
    public const string LogType = "Log";
    public const string ForwardType = "Forward";
    private const string DefaultName = "log";

    private readonly LogHandler _log;
    private readonly IHttpClientFactory _clients;
    private readonly TimeProvider _timeProvider;
    private readonly string _signatureHeader;

    public ConfiguredHandlerSource(
        ReloadableOptions<HandlersOptions> options,
        IOptions<WebhookOptions> webhook,
        IHttpClientFactory clients,
        NodeDirectory nodes,
        TimeProvider timeProvider,
        ILogger<LogHandler> logger)
    {
        _log = new LogHandler(nodes, logger);
        _clients = clients;
        _timeProvider = timeProvider;
        _signatureHeader = webhook.Value.SignatureHeader;
        Handlers = Make(options.Current);
        options.Changed += next =>
        {
            Handlers = Make(next);
            Changed?.Invoke();
        };
    }

    public event Action? Changed;

    public IReadOnlyList<WebhookHandler> Handlers { get; private set; }

    private WebhookHandler[] Make(HandlersOptions options) => options.Handlers.Count == 0
        ? [Log(DefaultName)]
        : [.. options.Handlers.Select(handler => handler.Value.Type == ForwardType ? Forward(handler.Key, handler.Value) : Log(handler.Key))];

    private WebhookHandler Log(string name) => WebhookHandler.Create<WebhookEvent>(name, _log.HandleAsync);

    private WebhookHandler Forward(string name, HandlerOptions options)
    {
        StandardWebhooksSigner? signer = null;
        if (options.Secret is not null && !StandardWebhooksSigner.TryCreate(options.Secret, out signer))
        {
            throw new InvalidOperationException($"ThunderStack:Handlers:{name}:Secret is not usable.");
        }

        var handler = new ForwardHandler(new Uri(options.Url!), signer, _signatureHeader, _clients, _timeProvider);
        return WebhookHandler.Create<WebhookEvent>(name, handler.HandleAsync);
    }
}
