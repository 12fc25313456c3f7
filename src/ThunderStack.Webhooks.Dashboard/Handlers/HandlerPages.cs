using ThunderStack.Webhooks.Management;
using ThunderStack.Webhooks.Management.Handlers;

namespace ThunderStack.Webhooks.Dashboard.Handlers;

/// <summary>The handlers.</summary>
internal sealed record HandlerListModel(IReadOnlyList<HandlerView> Handlers) : IPageModel
{
    public string Title => "Handlers";

    public Section Section => Section.Handlers;

    public string Live => "event delivery deliveries handler";
}

/// <summary>Asks before a handler is paused or resumed.</summary>
internal sealed record HandlerConfirmModel(HandlerView Handler, bool IsPause) : IPageModel
{
    public string Title => $"{(IsPause ? "Pause" : "Resume")} {Handler.Name}?";

    public Section Section => Section.Handlers;
}

/// <summary>The handlers, and their switch.</summary>
internal sealed class HandlerPages(IManagementQueries queries, IManagementActions actions, PageRenderer renderer) : IManagementFeature
{
    private const string Path = "/handlers";

    public void Map(ManagementRoutes routes)
    {
        routes.Map(ManagementRoute.Page(Path, "The handlers, and what waits for them."), ListAsync);
        Map("pause", isPause: true);
        Map("resume", isPause: false);

        void Map(string name, bool isPause)
        {
            routes.Map(
                ManagementRoute.Page($"{Path}/{{name}}/{name}", $"Asks before a handler is {(isPause ? "paused" : "resumed")}.") with { Role = ManagementRole.Operate },
                call => ConfirmAsync(call, isPause));
            routes.Map(
                ManagementRoute.Form($"{Path}/{{name}}/{name}", $"handler.{name}", "Does what was confirmed."),
                async call =>
                {
                    var change = await actions.SwitchHandlerAsync(call, call.RouteValue("name"), isPause);
                    await call.RedirectAsync(Path, new Notice($"{change.Name} {(change.IsChange ? "is" : "was")} {(isPause ? "paused" : change.IsChange ? "resumed" : "not paused")}{(change.IsChange ? "" : " already")}."));
                });
        }
    }

    private async Task ListAsync(ManagementCall call) =>
        await renderer.AnswerAsync<HandlerListPage>(call, new HandlerListModel(await queries.ListHandlersAsync(call.Cancelled)));

    private async Task ConfirmAsync(ManagementCall call, bool isPause)
    {
        var name = call.RouteValue("name");
        var handler = (await queries.ListHandlersAsync(call.Cancelled)).FirstOrDefault(handler => handler.Name == name)
            ?? throw ManagementException.NotFound("There is no such handler.");
        await renderer.AnswerAsync<HandlerConfirmPage>(call, new HandlerConfirmModel(handler, isPause));
    }
}
