using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace ThunderStack.Webhooks.Management.Routing;

/// <summary>The one way to map a route of this API: what is not let in by its role never comes to what answers it.</summary>
public sealed class ManagementRoutes
{
    private readonly IEndpointRouteBuilder _endpoints;
    private readonly ManagementGuard _guard;

    internal ManagementRoutes(IEndpointRouteBuilder endpoints, ManagementGuard guard)
    {
        _endpoints = endpoints;
        _guard = guard;
    }

    /// <summary>Maps a route. Whoever it is not for is refused before <paramref name="answer"/> runs, as are parameters that it does not name.</summary>
    /// <param name="route">What the route is.</param>
    /// <param name="answer">Answers a request. A <see cref="ManagementException"/> ends it with a problem; any other exception is logged, and answered with 500.</param>
    public void Map(ManagementRoute route, Func<ManagementCall, Task> answer)
    {
        ArgumentNullException.ThrowIfNull(route);
        ArgumentNullException.ThrowIfNull(answer);
        RequestDelegate run = context => _guard.RunAsync(context, route, answer);
        var endpoint = _endpoints.MapMethods(route.Pattern, [route.Method], run).WithMetadata(route);
        if (route.IsPage)
        {
            return;
        }

        endpoint.WithMetadata(ManagementOperation.Described)
            .AddOpenApiOperationTransformer((operation, context, cancellationToken) =>
                ManagementOperation.DescribeAsync(operation, context, route, cancellationToken));
    }
}
