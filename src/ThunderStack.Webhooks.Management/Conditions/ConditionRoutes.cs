using ThunderStack.Webhooks.Inbox;

namespace ThunderStack.Webhooks.Management.Conditions;

/// <summary>What needs a person.</summary>
internal sealed class ConditionRoutes(IInboxAdministration inbox) : IManagementFeature
{
    private const string Closed = "closed";

    public void Map(ManagementRoutes routes) => routes.Map(
        ManagementRoute.Get<ListView<ConditionView>>("/api/v1/conditions", "What needs a person: the conditions that are open.") with
        {
            Query = [new(Closed, "true: also the last 200 that were closed, behind the open ones.")],
        },
        ListAsync);

    private async Task ListAsync(ManagementCall call)
    {
        var conditions = await inbox.ListConditionsAsync(closed: false, call.Cancelled);
        if (call.Switch(Closed))
        {
            conditions = [.. conditions, .. await inbox.ListConditionsAsync(closed: true, call.Cancelled)];
        }

        await call.AnswerAsync(new ListView<ConditionView>([.. conditions.Select(ConditionView.Of)]));
    }
}
