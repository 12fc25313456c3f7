using ThunderStack.Webhooks.Intake;
using ThunderStack.Webhooks.Management.Routing;

namespace ThunderStack.Webhooks.Management.Refusals;

/// <summary>A request that was refused.</summary>
internal sealed record RefusalView(DateTime At, IntakeOutcome Outcome, string? Reason, string? From);

/// <summary>What came and was refused.</summary>
internal sealed class RefusalRoutes(RecentRefusals recent) : IManagementFeature
{
    public void Map(ManagementRoutes routes) => routes.Map(
        ManagementRoute.Get<ListView<RefusalView>>("/api/v1/refusals", $"The last {RecentRefusals.Kept} requests that this replica refused since it started."),
        call => call.AnswerAsync(new ListView<RefusalView>(
            [.. recent.List().Select(refusal => new RefusalView(refusal.At.UtcDateTime, refusal.Outcome, refusal.Reason, refusal.From?.ToString()))])));
}
