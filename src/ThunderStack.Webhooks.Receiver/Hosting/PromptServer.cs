using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ThunderStack.Webhooks.Receiver.Hosting;

/// <summary>
/// The server, which at a stop waits for open requests only so long. Otherwise a sender that lets its body drip would have all of
/// the time that a stop may take, and handlers, which are stopped after the server, none.
/// </summary>
internal sealed class PromptServer(IServer server, TimeProvider timeProvider) : IServer
{
    // Far longer than a request takes whose body has arrived; with the dispatcher's 15 s it is within the shutdown's time.
    private static readonly TimeSpan StopTime = TimeSpan.FromSeconds(5);

    public IFeatureCollection Features => server.Features;

    public Task StartAsync<TContext>(IHttpApplication<TContext> application, CancellationToken cancellationToken)
        where TContext : notnull => server.StartAsync(application, cancellationToken);

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(StopTime, timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        await server.StopAsync(either.Token);
    }

    public void Dispose() => server.Dispose();

    /// <summary>Puts it before the server that is registered.</summary>
    public static void Add(IServiceCollection services)
    {
        if (services.LastOrDefault(service => service.ServiceType == typeof(IServer))?.ImplementationType is { } server)
        {
            services.Replace(ServiceDescriptor.Singleton<IServer>(provider => new PromptServer(
                (IServer)ActivatorUtilities.CreateInstance(provider, server), provider.GetRequiredService<TimeProvider>())));
        }
    }
}
