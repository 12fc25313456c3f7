using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using ThunderStack.Webhooks.Handlers;
using ThunderStack.Webhooks.Notify.Heartbeats;
using ThunderStack.Webhooks.Notify.Notices;

namespace ThunderStack.Webhooks.Notify;

/// <summary>Sends a test message as a configured notifier would, once.</summary>
public sealed class NotifierTest
{
    private readonly Func<CancellationToken, Task<string?>> _send;

    private NotifierTest(Func<CancellationToken, Task<string?>> send) => _send = send;

    /// <summary>The notifiers that the settings have.</summary>
    /// <param name="services">Those of an application with <c>AddNotifiers</c>.</param>
    /// <exception cref="OptionsValidationException">The section <c>Handlers</c> has problems.</exception>
    public static IEnumerable<string> Names(IServiceProvider services) =>
        Handlers(services).Where(handler => Find(services, handler.Key) is not null).Select(handler => handler.Key);

    /// <summary>The notifier of this name, or <see langword="null"/>.</summary>
    /// <param name="services">Those of an application with <c>AddNotifiers</c>.</param>
    /// <param name="name">The handler's name.</param>
    /// <exception cref="OptionsValidationException">The section <c>Handlers</c> has problems.</exception>
    public static NotifierTest? Find(IServiceProvider services, string name)
    {
        var handlers = Handlers(services);
        if (!handlers.TryGetValue(name, out var options))
        {
            return null;
        }

        if (options.Type == Heartbeat.Type.Name)
        {
            var heartbeat = Heartbeat.Of(services.GetRequiredService<IOptions<HandlersOptions>>().Value).Single(heartbeat => heartbeat.Name == name);
            return new NotifierTest(token => services.GetRequiredService<HeartbeatSender>().SendAsync(heartbeat, token));
        }

        var type = services.GetRequiredService<HandlerTypes>().Find(options.Type)!;
        return type.TellsPeople && type.Create(new HandlerSettings(name, options, type), services) is NotifierHandler notifier
            ? new NotifierTest(token => TryAsync(notifier, name, token))
            : null;
    }

    /// <summary>What kept the message from being taken; <see langword="null"/> when it was taken.</summary>
    /// <param name="cancellationToken">Gives up; it may be sent all the same.</param>
    public Task<string?> SendAsync(CancellationToken cancellationToken) => _send(cancellationToken);

    private static async Task<string?> TryAsync(NotifierHandler notifier, string name, CancellationToken cancellationToken)
    {
        try
        {
            await notifier.SendTestAsync(name, cancellationToken).ConfigureAwait(false);
            return null;
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // A handler's failure is whatever it throws; none of them has a secret.
            return exception.Message;
        }
    }

    private static IDictionary<string, HandlerOptions> Handlers(IServiceProvider services) =>
        services.GetRequiredService<IOptions<HandlersOptions>>().Value.Handlers;
}
