using ThunderStack.Webhooks.Management;
using ThunderStack.Webhooks.Management.Audit;

namespace ThunderStack.Webhooks.Dashboard.Audit;

/// <summary>Who changed what.</summary>
internal sealed record AuditModel(IReadOnlyList<AuditView> Records, int Most) : IPageModel
{
    public string Title => "Audit";

    public Section Section => Section.Audit;
}

/// <summary>What people have changed, over the API and on pages.</summary>
internal sealed class AuditPages(IManagementQueries queries, PageRenderer renderer) : IManagementFeature
{
    private const int Most = 200;

    public void Map(ManagementRoutes routes) => routes.Map(ManagementRoute.Page("/audit", "Who changed what."), AnswerAsync);

    private async Task AnswerAsync(ManagementCall call) => await renderer.AnswerAsync<AuditPage>(
        call, new AuditModel(await queries.ListAuditAsync(Most, call.Cancelled), Most));
}
