using Microsoft.Extensions.DependencyInjection;

namespace ThunderStack.Webhooks.Management.Routing;

/// <summary>A part of the API, or of the pages on top of it.</summary>
internal interface IManagementFeature
{
    /// <summary>Adds what it needs of the server, whose services are not those of the receiver.</summary>
    void AddTo(IServiceCollection server)
    {
    }

    void Map(ManagementRoutes routes);
}
