namespace ThunderStack.Webhooks.Management.Routing;

/// <summary>A part of the API.</summary>
internal interface IManagementFeature
{
    void Map(ManagementRoutes routes);
}
