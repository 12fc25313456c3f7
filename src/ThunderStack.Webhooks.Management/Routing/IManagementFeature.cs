using Microsoft.Extensions.DependencyInjection;

namespace ThunderStack.Webhooks.Management.Routing;

/// <summary>
/// A part of the API, or pages on top of it. Register it among the services of the receiver, beside <c>AddManagement</c>:
/// <c>services.AddSingleton&lt;IManagementFeature, MyPages&gt;()</c>.
/// </summary>
public interface IManagementFeature
{
    /// <summary>Adds what the feature needs of the management server, whose services are not those of the receiver.</summary>
    /// <param name="server">The services of the server.</param>
    void AddTo(IServiceCollection server)
    {
    }

    /// <summary>Maps the routes of the feature.</summary>
    /// <param name="routes">The routes of the server.</param>
    void Map(ManagementRoutes routes);
}
