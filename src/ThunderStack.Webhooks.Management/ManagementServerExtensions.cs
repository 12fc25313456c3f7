using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using ThunderStack.Webhooks.Management.Access;
using ThunderStack.Webhooks.Management.Settings;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Puts the management API onto a server.</summary>
public static class ManagementServerExtensions
{
    /// <summary>Adds what the server itself needs.</summary>
    /// <param name="server">The builder of the server.</param>
    /// <param name="receiver">The services of the receiver, with <c>AddManagementServices</c>.</param>
    /// <returns>The same builder.</returns>
    public static WebApplicationBuilder AddManagementApi(this WebApplicationBuilder server, IServiceProvider receiver)
    {
        ArgumentNullException.ThrowIfNull(server);
        ArgumentNullException.ThrowIfNull(receiver);
        server.Services.AddRoutingCore();
        server.Services.AddOpenApi(ApiDocument.Name);
        server.Services.ConfigureHttpJsonOptions(json => ManagementJson.Apply(json.SerializerOptions));
        foreach (var feature in receiver.GetServices<IManagementFeature>())
        {
            feature.AddTo(server.Services);
        }

        return server;
    }

    /// <summary>
    /// Maps <c>/api/v1</c> and <c>/openapi/v1.json</c>, here and below the path of <c>ThunderStack:Management:PublicUrl</c>. Call it before
    /// other middleware.
    /// </summary>
    /// <param name="server">The server.</param>
    /// <param name="receiver">The services of the receiver, with <c>AddManagementServices</c>.</param>
    /// <returns>The same server.</returns>
    public static WebApplication MapManagementApi(this WebApplication server, IServiceProvider receiver)
    {
        ArgumentNullException.ThrowIfNull(server);
        ArgumentNullException.ThrowIfNull(receiver);
        var publicUrl = receiver.GetRequiredService<IOptions<ManagementApiOptions>>().Value.PublicUrl;
        if (publicUrl is not null)
        {
            server.UsePublicAddress(publicUrl, receiver.GetRequiredService<HostNames>());
        }

        server.UseRouting();
        var guard = ActivatorUtilities.CreateInstance<ManagementGuard>(receiver, server.Lifetime.ApplicationStopping);
        var routes = new ManagementRoutes(server, guard);
        foreach (var feature in receiver.GetServices<IManagementFeature>())
        {
            feature.Map(routes);
        }

        var document = new ApiDocument(server.Services);
        routes.Map(ManagementRoute.Get<object>($"/openapi/{ApiDocument.Name}.json", "This description of the API."), async call =>
        {
            var bytes = await document.ReadAsync(call.Cancelled);
            call.Context.Response.ContentType = ManagementRoute.Json;
            call.Context.Response.ContentLength = bytes.Length;
            await call.Context.Response.Body.WriteAsync(bytes, call.Cancelled);
        });
        return server;
    }

    // Whether its proxy takes the path away or not, and says that it speaks https or not: whoever asks for the public name has this address
    // in front of them.
    private static void UsePublicAddress(this WebApplication server, Uri publicUrl, HostNames names)
    {
        var below = PathString.FromUriComponent(publicUrl.AbsolutePath.TrimEnd('/'));
        if (below.HasValue)
        {
            server.UsePathBase(below);
        }

        server.Use((context, next) =>
        {
            var request = context.Request;
            if (names.IsPublic(request.Host.Host))
            {
                (request.Scheme, request.PathBase) = (publicUrl.Scheme, request.PathBase.HasValue ? request.PathBase : below);
            }

            return next(context);
        });
    }
}
