using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Management;
using ThunderStack.Webhooks.Management.Nodes;

namespace ThunderStack.Webhooks.Dashboard.Nodes;

/// <summary>What a page asks before something is done to a node.</summary>
/// <param name="Id">The node.</param>
/// <param name="Name">Its name.</param>
/// <param name="Action">What is to be done: <c>stop</c>, <c>restart</c>, <c>unlock</c> or <c>webhook-url</c>.</param>
/// <param name="OwnUrl">This receiver's own address for webhooks.</param>
internal sealed record NodeActionModel(string Id, string Name, string Action, string? OwnUrl) : IPageModel
{
    public string Title => Action switch
    {
        "stop" => $"Stop {Name}?",
        "restart" => $"Restart {Name}?",
        "unlock" => $"Unlock {Name}",
        _ => $"Where {Name} posts its events",
    };

    public Section Section => Section.Nodes;
}

/// <summary>Where a node's logs are.</summary>
internal sealed record NodeLogsModel(string Id, string Name, IReadOnlyList<string> Urls) : IPageModel
{
    public string Title => $"Logs of {Name}";

    public Section Section => Section.Nodes;
}

/// <summary>What people do to nodes.</summary>
internal sealed class NodeActionPages(IManagementQueries queries, IManagementActions actions, PageRenderer renderer) : IManagementFeature
{
    private const string Path = "/nodes/{nodeId}";

    public void Map(ManagementRoutes routes)
    {
        foreach (var action in (string[])["stop", "restart", "unlock", "webhook-url"])
        {
            routes.Map(ManagementRoute.Page($"{Path}/{action}", "Asks before something is done to a node.") with { Role = ManagementRole.Operate }, call => AskAsync(call, action));
        }

        routes.Map(Form("start", "node.start"), call => DoAsync(call, actions.StartNodeAsync, "was asked to start. It is locked once it runs"));
        routes.Map(Form("stop", "node.stop"), call => DoAsync(call, actions.StopNodeAsync, "was asked to stop"));
        routes.Map(Form("restart", "node.restart"), call => DoAsync(call, actions.RestartNodeAsync, "was asked to stop, and is started again once it is paused"));
        routes.Map(Form("unlock", "node.unlock") with { Limit = ActionLimits.Unlock }, UnlockAsync);
        routes.Map(Form("webhook-url", "node.webhookUrl"), SetWebhookUrlAsync);
        routes.Map(Form("logs", "node.logs") with { Limit = ActionLimits.Logs }, CollectLogsAsync);
    }

    private static ManagementRoute Form(string name, string action) =>
        ManagementRoute.Form($"{Path}/{name}", action, "What somebody does to a node.") with { Limit = ActionLimits.CloudCall };

    private static string PageOf(NodeId node) => $"/nodes/{Uri.EscapeDataString(node.Value)}";

    private Task AskAsync(ManagementCall call, string action) => renderer.AnswerAsync<NodeActionPage>(
        call, new NodeActionModel(call.NodeId.Value, NameOf(call.NodeId), action, actions.OwnWebhookUrl?.AbsoluteUri));

    private async Task DoAsync(ManagementCall call, Func<ManagementCall, Task<NodeActionView>> act, string done)
    {
        var form = await call.ReadFormAsync();
        var answer = await act(call);
        var says = string.IsNullOrEmpty(answer.Message) ? "" : $" The cloud says: {answer.Message}";
        await call.RedirectAsync(form.ReturnPathOf(), new Notice($"{NameOf(call.NodeId)} {done}.{says}", Link: PageOf(call.NodeId), LinkText: "View node"));
    }

    private async Task UnlockAsync(ManagementCall call)
    {
        var form = await call.ReadFormAsync();
        var answer = await actions.UnlockNodeAsync(call, form.Field("password"));
        await call.RedirectAsync(PageOf(call.NodeId), new Notice(answer.Message ?? "The node was unlocked."));
    }

    private async Task SetWebhookUrlAsync(ManagementCall call)
    {
        var form = await call.ReadFormAsync();
        var url = form.Field("url");
        await actions.SetWebhookUrlAsync(call, url?.Trim() ?? "");
        await call.RedirectAsync(
            PageOf(call.NodeId),
            new Notice(url is null ? $"{NameOf(call.NodeId)} posts its events nowhere now." : $"{NameOf(call.NodeId)} was asked to post its events there."));
    }

    private async Task CollectLogsAsync(ManagementCall call)
    {
        // Shown in the answer itself: whoever has such an address can read the log, so it is kept nowhere.
        var logs = await actions.CollectLogsAsync(call);
        await renderer.AnswerAsync<NodeLogsPage>(call, new NodeLogsModel(call.NodeId.Value, NameOf(call.NodeId), logs.Urls));
    }

    private string NameOf(NodeId node) => queries.NameOf(node) is { Length: > 0 } name ? name : node.Value;
}
