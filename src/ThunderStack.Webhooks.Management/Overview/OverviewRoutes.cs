namespace ThunderStack.Webhooks.Management.Overview;

/// <summary>All in one question, for tools that look again and again.</summary>
internal sealed class OverviewRoutes(SystemOverview overview) : IManagementFeature
{
    public void Map(ManagementRoutes routes) => routes.Map(
        ManagementRoute.Get<OverviewView>("/api/v1/overview", "How all of it is: conditions, nodes, handlers, the key and the inbox."),
        async call => await call.AnswerAsync(await overview.LookAsync(call.Cancelled)));
}
