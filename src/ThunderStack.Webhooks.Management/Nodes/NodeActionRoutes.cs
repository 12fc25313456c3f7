using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using ThunderStack.Cloud;
using ThunderStack.Cloud.Nodes;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Intake;
using ThunderStack.Webhooks.Management.Routing;
using ThunderStack.Webhooks.Nodes;

namespace ThunderStack.Webhooks.Management.Nodes;

/// <summary>What was done to a node.</summary>
/// <param name="NodeId">The node.</param>
/// <param name="Result">What came of it: <c>asked</c>, or <c>ready</c> of a node that is unlocked.</param>
/// <param name="Message">The same in a sentence, by the cloud or by this receiver.</param>
internal sealed record NodeActionView(string NodeId, string Result, string? Message);

/// <summary>Where a node's logs are. Whoever has such a URL can read the log.</summary>
internal sealed record NodeLogsView(string NodeId, IReadOnlyList<string> Urls);

/// <param name="Password">The node's password; without, the one in its <c>Unlock:PasswordFile</c> is used.</param>
internal sealed record UnlockBodyView(string? Password = null)
{
    // A record would show it.
    public override string ToString() => nameof(UnlockBodyView);
}

/// <param name="Url">Where the cloud is to post the node's events; empty for nowhere. Without, <c>ThunderStack:Webhook:PublicUrl</c>.</param>
internal sealed record WebhookUrlView(string? Url = null);

/// <summary>What people do to nodes.</summary>
internal sealed class NodeActionRoutes(
    NodeActions actions, NodeDirectory nodes, ThunderStackCloudClient cloud, IOptions<WebhookOptions> webhook, TimeProvider time, INodeReadiness? readiness = null)
    : IManagementFeature
{
    private const string Path = "/api/v1/nodes/{nodeId}";
    private const string Asked = "asked";

    private static readonly TimeSpan UnlockLimit = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan LogsLimit = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan LogsPatience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    public void Map(ManagementRoutes routes)
    {
        var limit = TimeSpan.FromSeconds(45);
        routes.Map(
            ManagementRoute.Change<NodeActionView>($"{Path}/start", "node.start", "Starts a node that is paused. It is locked once it runs.") with { Limit = limit },
            call => AskAsync(call, "start", (client, id, cancelled) => client.StartAsync(id, cancelled)));
        routes.Map(
            ManagementRoute.Change<NodeActionView>($"{Path}/stop", "node.stop", "Stops a node; it is paused until it is started.") with { Limit = limit },
            call => AskAsync(call, "stop", (client, id, cancelled) => client.StopAsync(id, cancelled)));
        routes.Map(
            ManagementRoute.Change<NodeActionView>($"{Path}/restart", "node.restart", "Stops a node, and starts it again once it is paused. Answers when it was asked to stop.") with
            {
                Limit = limit,
                Status = StatusCodes.Status202Accepted,
            },
            RestartAsync);
        routes.Map(
            ManagementRoute.Change<NodeActionView>($"{Path}/unlock", "node.unlock", "Unlocks a node that is locked. It is asked once; then this looks whether it is ready.") with
            {
                Body = typeof(UnlockBodyView),
                IsBodyOptional = true,
                Limit = UnlockLimit,
            },
            UnlockAsync);
        routes.Map(
            ManagementRoute.Change<NodeActionView>($"{Path}/webhook-url", "node.webhookUrl", "Sets where the cloud posts a node's events.") with
            {
                Body = typeof(WebhookUrlView),
                IsBodyOptional = true,
                Limit = limit,
            },
            SetWebhookUrlAsync);
        routes.Map(
            ManagementRoute.Change<NodeLogsView>($"{Path}/logs", "node.logs", "Has a node's logs collected, and answers presigned URLs of them, which are stored nowhere.") with { Limit = LogsLimit },
            CollectLogsAsync);
    }

    private NodeOptions Find(ManagementCall call) =>
        nodes.Find(call.NodeId) ?? throw ManagementException.NotFound("No such node is configured: this works on the nodes of ThunderStack:Nodes.");

    private async Task AskAsync(ManagementCall call, string name, Func<CloudNodesClient, string, CancellationToken, Task<string?>> act)
    {
        var node = new NodeId(Find(call).NodeId);
        call.Tell(node.Value, Asked);
        var says = await actions.RunAsync(node, name, By(call), act, call.Cancelled);
        await call.AnswerAsync(new NodeActionView(node.Value, Asked, says));
    }

    private async Task RestartAsync(ManagementCall call)
    {
        var node = new NodeId(Find(call).NodeId);
        call.Tell(node.Value, Asked);
        var says = await actions.RestartAsync(node, By(call), call.Cancelled);
        await call.AnswerAsync(new NodeActionView(node.Value, Asked, says));
    }

    private async Task UnlockAsync(ManagementCall call)
    {
        var node = Find(call);
        call.Tell(node.NodeId, "refused");
        if (readiness is null)
        {
            throw ManagementException.Conflict("This receiver does not watch nodes: add AddNodeWatch() to it.");
        }

        var body = await call.ReadAsync<UnlockBodyView>();
        var result = await readiness.UnlockAsync(node, By(call), string.IsNullOrEmpty(body?.Password) ? null : body.Password, call.Cancelled);
        switch (result.Kind)
        {
            case UnlockResultKind.Refused:
                throw ManagementException.Conflict(result.Message);
            case UnlockResultKind.Failed:
                throw new ManagementException(StatusCodes.Status502BadGateway, result.Message);
        }

        var outcome = ManagementJson.Name(result.Kind.ToString());
        call.Tell(node.NodeId, outcome);
        await call.AnswerAsync(new NodeActionView(node.NodeId, outcome, result.Message));
    }

    private async Task SetWebhookUrlAsync(ManagementCall call)
    {
        var node = new NodeId(Find(call).NodeId);
        var body = await call.ReadAsync<WebhookUrlView>();
        var url = body?.Url switch
        {
            "" => null,
            null => Uri.TryCreate(webhook.Value.PublicUrl, UriKind.Absolute, out var own)
                ? own
                : throw ManagementException.Conflict("ThunderStack:Webhook:PublicUrl is not set: set it, or send the url."),
            var text => Uri.TryCreate(text, UriKind.Absolute, out var given) && given.Scheme is "https" or "http" && given.UserInfo.Length == 0
                ? given
                : throw ManagementException.BadRequest("url is no absolute http or https URL. Example: https://hooks.example.com/webhooks/thunderstack."),
        };

        // Not the URL that it was given: it may hold a secret.
        call.Tell(node.Value, url is null ? "posts nowhere" : $"posts to {url.IdnHost}");
        var says = await actions.RunAsync(node, "webhook-url", By(call), (client, id, cancelled) => client.SetWebhookUrlAsync(id, url, cancelled), call.Cancelled);
        await call.AnswerAsync(new NodeActionView(node.Value, Asked, says));
    }

    private async Task CollectLogsAsync(ManagementCall call)
    {
        var node = Find(call).NodeId;
        call.Tell(node, "not collected");
        var began = time.GetTimestamp();
        var task = await cloud.Nodes.RequestLogsAsync(node, call.Cancelled);
        IReadOnlyList<Uri> urls;
        while ((urls = await cloud.Nodes.GetLogUrlsAsync(node, task, call.Cancelled)).Count == 0)
        {
            if (time.GetElapsedTime(began) > LogsPatience)
            {
                throw new ManagementException(StatusCodes.Status503ServiceUnavailable, $"The cloud has not collected the logs within {LogsPatience.TotalSeconds:0} s: try again later.")
                {
                    RetryAfter = LogsPatience,
                };
            }

            await Task.Delay(Pause, time, call.Cancelled);
        }

        call.Tell(node, "collected");
        await call.AnswerAsync(new NodeLogsView(node, [.. urls.Select(url => url.AbsoluteUri)]));
    }

    // Told from a handler by a character that no handler's name has.
    private static string By(ManagementCall call) => $"api:{call.Caller.Name}";
}
