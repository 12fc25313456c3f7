using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using ThunderStack.Cloud;
using ThunderStack.Cloud.Nodes;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Intake;
using ThunderStack.Webhooks.Nodes;

namespace ThunderStack.Webhooks.Management.Nodes;

/// <summary>What people do to nodes, over the API and on pages: done, put into words, and told to the audit log.</summary>
internal sealed class NodeWork(
    NodeActions actions, NodeDirectory nodes, ThunderStackCloudClient cloud, IOptions<WebhookOptions> webhook, TimeProvider time, INodeReadiness? readiness = null)
{
    private const string Asked = "asked";

    private static readonly TimeSpan LogsPatience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    public Task<NodeActionView> StartAsync(ManagementCall call) => AskAsync(call, "start", (client, id, cancelled) => client.StartAsync(id, cancelled));

    public Task<NodeActionView> StopAsync(ManagementCall call) => AskAsync(call, "stop", (client, id, cancelled) => client.StopAsync(id, cancelled));

    /// <summary>Stops a node, and starts it again once it is paused. Returns when it was asked to stop.</summary>
    public async Task<NodeActionView> RestartAsync(ManagementCall call)
    {
        var node = new NodeId(Find(call).NodeId);
        call.Tell(node.Value, Asked);
        return new NodeActionView(node.Value, Asked, await actions.RestartAsync(node, By(call), call.Cancelled));
    }

    /// <param name="call">The request.</param>
    /// <param name="password">The node's password; without, the one in its file is used.</param>
    public async Task<NodeActionView> UnlockAsync(ManagementCall call, string? password)
    {
        var node = Find(call);
        call.Tell(node.NodeId, "refused");
        if (readiness is null)
        {
            throw ManagementException.Conflict("This receiver does not watch nodes: add AddNodeWatch() to it.");
        }

        var result = await readiness.UnlockAsync(node, By(call), string.IsNullOrEmpty(password) ? null : password, call.Cancelled);
        switch (result.Kind)
        {
            case UnlockResultKind.Refused:
                throw ManagementException.Conflict(result.Message);
            case UnlockResultKind.Failed:
                throw new ManagementException(StatusCodes.Status502BadGateway, result.Message);
        }

        var outcome = ManagementJson.Name(result.Kind.ToString());
        call.Tell(node.NodeId, outcome);
        return new NodeActionView(node.NodeId, outcome, result.Message);
    }

    /// <param name="call">The request.</param>
    /// <param name="written">Where the cloud is to post to; empty for nowhere, <see langword="null"/> for this receiver's own address.</param>
    public async Task<NodeActionView> SetWebhookUrlAsync(ManagementCall call, string? written)
    {
        var node = new NodeId(Find(call).NodeId);
        var url = written switch
        {
            "" => null,
            null => OwnUrl ?? throw ManagementException.Conflict("ThunderStack:Webhook:PublicUrl is not set: set it, or send the url."),
            var text => Uri.TryCreate(text, UriKind.Absolute, out var given) && given.Scheme is "https" or "http" && given.UserInfo.Length == 0
                ? given
                : throw ManagementException.BadRequest("url is no absolute http or https URL. Example: https://hooks.example.com/webhooks/thunderstack."),
        };

        // Not the URL that it was given: it may hold a secret.
        call.Tell(node.Value, url is null ? "posts nowhere" : $"posts to {url.IdnHost}");
        var says = await actions.RunAsync(node, "webhook-url", By(call), (client, id, cancelled) => client.SetWebhookUrlAsync(id, url, cancelled), call.Cancelled);
        return new NodeActionView(node.Value, Asked, says);
    }

    /// <summary>This receiver's own address for webhooks, where the settings say it.</summary>
    public Uri? OwnUrl => Uri.TryCreate(webhook.Value.PublicUrl, UriKind.Absolute, out var own) ? own : null;

    public async Task<NodeLogsView> CollectLogsAsync(ManagementCall call)
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
        return new NodeLogsView(node, [.. urls.Select(url => url.AbsoluteUri)]);
    }

    // Told from a handler by a character that no handler's name has.
    private static string By(ManagementCall call) => $"api:{call.Caller.Name}";

    private NodeOptions Find(ManagementCall call) =>
        nodes.Find(call.NodeId) ?? throw ManagementException.NotFound("No such node is configured: this works on the nodes of ThunderStack:Nodes.");

    private async Task<NodeActionView> AskAsync(ManagementCall call, string name, Func<CloudNodesClient, string, CancellationToken, Task<string?>> act)
    {
        var node = new NodeId(Find(call).NodeId);
        call.Tell(node.Value, Asked);
        return new NodeActionView(node.Value, Asked, await actions.RunAsync(node, name, By(call), act, call.Cancelled));
    }
}
