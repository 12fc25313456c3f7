using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using ThunderStack.Webhooks.AspNetCore.Endpoint;
using ThunderStack.Webhooks.AspNetCore.OpenApi;
using ThunderStack.Webhooks.AspNetCore.Server;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Intake;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Maps the endpoints.</summary>
public static class ThunderStackWebhooksEndpointRouteBuilderExtensions
{
    /// <summary>
    /// Maps <c>ThunderStack:Webhook:Path</c>, for the events of every configured node, and below it <c>/{nodeId}</c>, for those
    /// of one.
    /// </summary>
    /// <returns>Both endpoints, to add conventions to, such as a rate limit or a required host.</returns>
    /// <exception cref="InvalidOperationException">A registration is missing; the message names the call.</exception>
    public static IEndpointConventionBuilder MapThunderStackWebhooks(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        var services = endpoints.ServiceProvider;
        var known = services.GetRequiredService<IServiceProviderIsService>();
        if (!known.IsService(typeof(WebhookEndpoint)))
        {
            throw new InvalidOperationException(
                "MapThunderStackWebhooks needs builder.Services.AddThunderStackWebhooks(builder.Configuration).");
        }

        if (!known.IsService(typeof(IInbox)))
        {
            throw new InvalidOperationException(
                "MapThunderStackWebhooks needs a store: add .UseSqliteInbox() to AddThunderStackWebhooks(builder.Configuration).");
        }

        // The host does this too, but only when it starts: the options below would show the first section's problems alone.
        services.GetService<IStartupValidator>()?.Validate();
        var options = services.GetRequiredService<IOptions<WebhookOptions>>().Value;
        var endpoint = services.GetRequiredService<WebhookEndpoint>();
        var group = endpoints.MapGroup(options.Path);
        Map(group, "", endpoint, options, "ReceiveWebhook");
        Map(group, $"/{{{WebhookEndpoint.NodeIdParameter}}}", endpoint, options, "ReceiveNodeWebhook");
        return group;
    }

    private static void Map(RouteGroupBuilder group, string pattern, WebhookEndpoint endpoint, WebhookOptions options, string name)
    {
        RequestDelegate receive = endpoint.ReceiveAsync;
        group.MapPost(pattern, receive)
            .WithName(name)
            .WithTags("Webhooks")
            .WithMetadata(receive.Method, CountsRefusals.Instance)
            .AddOpenApiOperationTransformer((operation, _, _) =>
            {
                WebhookOperation.Describe(operation, options);
                return Task.CompletedTask;
            });

        // Every other method: routing would answer 405 too, but without the body that every refusal has.
        group.Map(pattern, endpoint.RefuseMethodAsync).WithMetadata(CountsRefusals.Instance).ExcludeFromDescription();
    }
}
