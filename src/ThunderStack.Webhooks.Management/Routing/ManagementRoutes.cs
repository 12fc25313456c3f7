using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace ThunderStack.Webhooks.Management.Routing;

/// <summary>The one way to map a route of this API: what is not let in by its role never comes to what answers it.</summary>
internal sealed class ManagementRoutes(IEndpointRouteBuilder endpoints, ManagementGuard guard)
{
    public void Map(ManagementRoute route, Func<ManagementCall, Task> answer)
    {
        RequestDelegate run = context => guard.RunAsync(context, route, answer);
        var endpoint = endpoints.MapMethods(route.Pattern, [route.Method], run).WithMetadata(route);
        if (route.IsPage)
        {
            return;
        }

        endpoint.WithMetadata(ManagementOperation.Described)
            .AddOpenApiOperationTransformer((operation, context, cancellationToken) =>
                ManagementOperation.DescribeAsync(operation, context, route, cancellationToken));
    }
}
