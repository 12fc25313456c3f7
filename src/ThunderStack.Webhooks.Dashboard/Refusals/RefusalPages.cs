using ThunderStack.Webhooks.Management;
using ThunderStack.Webhooks.Management.Refusals;

namespace ThunderStack.Webhooks.Dashboard.Refusals;

/// <summary>What came and was refused.</summary>
internal sealed record RefusalsModel(IReadOnlyList<RefusalView> Refusals) : IPageModel
{
    public string Title => "Refusals";

    public Section Section => Section.Refusals;
}

/// <summary>The last requests that were refused, for people who look why events do not arrive.</summary>
internal sealed class RefusalPages(IManagementQueries queries, PageRenderer renderer) : IManagementFeature
{
    public void Map(ManagementRoutes routes) => routes.Map(
        ManagementRoute.Page("/refusals", "What came and was refused."),
        call => renderer.AnswerAsync<RefusalsPage>(call, new RefusalsModel(queries.ListRefusals())));
}
