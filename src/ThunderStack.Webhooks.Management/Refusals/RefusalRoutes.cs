using ThunderStack.Webhooks.Intake;

namespace ThunderStack.Webhooks.Management.Refusals;

/// <summary>A request that was refused.</summary>
/// <param name="At">When it came, in UTC.</param>
/// <param name="Outcome">What it was refused for.</param>
/// <param name="Reason">The reason in a word; <see langword="null"/> where the outcome says it all.</param>
/// <param name="From">The IP address that it came from.</param>
public sealed record RefusalView(DateTime At, IntakeOutcome Outcome, string? Reason, string? From)
{
    internal static RefusalView Of(Refusal refusal) => new(refusal.At.UtcDateTime, refusal.Outcome, refusal.Reason, refusal.From?.ToString());
}

/// <summary>What came and was refused.</summary>
internal sealed class RefusalRoutes(IManagementQueries queries) : IManagementFeature
{
    public void Map(ManagementRoutes routes) => routes.Map(
        ManagementRoute.Get<ListView<RefusalView>>("/api/v1/refusals", $"The last {RecentRefusals.Kept} requests that this replica refused since it started."),
        call => call.AnswerAsync(new ListView<RefusalView>(queries.ListRefusals())));
}
