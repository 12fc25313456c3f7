namespace ThunderStack.Webhooks.Management.Handlers;

/// <summary>The handlers.</summary>
internal sealed class HandlerRoutes(HandlerOverview overview, HandlerSwitch handlers) : IManagementFeature
{
    private const string Path = "/api/v1/handlers";

    public void Map(ManagementRoutes routes)
    {
        routes.Map(ManagementRoute.Get<ListView<HandlerView>>(Path, "The handlers, with what waits for them and what their attempts came to."), ListAsync);
        routes.Map(
            ManagementRoute.Change<HandlerPauseView>(
                $"{Path}/{{name}}/pause", "handler.pause", "Hands nothing more to a handler until it is resumed, on every replica and across restarts."),
            call => ChangeAsync(call, isPaused: true));
        routes.Map(
            ManagementRoute.Change<HandlerPauseView>($"{Path}/{{name}}/resume", "handler.resume", "Ends a pause."), call => ChangeAsync(call, isPaused: false));
    }

    private async Task ListAsync(ManagementCall call) => await call.AnswerAsync(new ListView<HandlerView>(await overview.ListAsync(call.Cancelled)));

    private async Task ChangeAsync(ManagementCall call, bool isPaused) =>
        await call.AnswerAsync(await handlers.ChangeAsync(call, call.RouteValue("name"), isPaused));
}
