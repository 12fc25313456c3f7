using ThunderStack.Webhooks.Inbox;

namespace ThunderStack.Webhooks.Management.Audit;

/// <summary>What somebody has changed.</summary>
/// <param name="At">When, in UTC.</param>
/// <param name="By">The name of their key.</param>
/// <param name="Action">What they did: <c>handler.pause</c>.</param>
/// <param name="Target">What they did it to.</param>
/// <param name="Outcome">What came of it.</param>
public sealed record AuditView(DateTime At, string By, string Action, string Target, string Outcome)
{
    internal static AuditView Of(AuditRecord record) => new(record.At.UtcDateTime, record.By, record.Action, record.Target, record.Outcome);
}

/// <summary>Who changed what.</summary>
internal sealed class AuditRoutes(IManagementQueries queries) : IManagementFeature
{
    public void Map(ManagementRoutes routes) => routes.Map(
        ManagementRoute.Get<ListView<AuditView>>("/api/v1/audit", "What people have changed, the latest first.") with { Query = [Paging.Parameters[0]] },
        async call => await call.AnswerAsync(new ListView<AuditView>(await queries.ListAuditAsync(call.Limit(), call.Cancelled))));
}
