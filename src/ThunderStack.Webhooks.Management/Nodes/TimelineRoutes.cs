namespace ThunderStack.Webhooks.Management.Nodes;

/// <summary>How nodes were over time.</summary>
internal sealed class TimelineRoutes(NodeTimeline timeline, TimeProvider time) : IManagementFeature
{
    private static readonly TimeSpan Usual = TimeSpan.FromDays(7);

    public void Map(ManagementRoutes routes) => routes.Map(
        ManagementRoute.Get<TimelineView>("/api/v1/nodes/{nodeId}/timeline", "The statuses that a node had, and for how long.") with
        {
            Query = [new("from", "From when; 7 days before its end by default."), new("to", "Until when; now by default.")],
        },
        AnswerAsync);

    private async Task AnswerAsync(ManagementCall call)
    {
        var to = call.Instant("to") ?? time.GetUtcNow();
        var from = call.Instant("from") ?? to - Usual;
        await call.AnswerAsync(from < to
            ? await timeline.LookAsync(call.NodeId, from, to, call.Cancelled)
            : throw ManagementException.BadRequest("from is not before to."));
    }
}
