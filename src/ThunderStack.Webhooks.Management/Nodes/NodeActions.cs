using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using ThunderStack.Cloud;
using ThunderStack.Cloud.Nodes;
using ThunderStack.Webhooks.Actions;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Nodes;

namespace ThunderStack.Webhooks.Management.Nodes;

/// <summary>
/// What people do to nodes over the cloud's API. Each is stored before it is done, and takes the lease that the handler which unlocks takes,
/// too: nobody works on a node while somebody else does.
/// </summary>
internal sealed partial class NodeActions(
    ThunderStackCloudClient cloud, IActionStore actions, NodeDirectory nodes, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<NodeActions> logger)
{
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan RestartLease = TimeSpan.FromMinutes(8);
    private static readonly TimeSpan RestartPatience = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>Does one thing to a node, and says what the cloud says.</summary>
    /// <exception cref="ManagementException">Somebody else is at work on the node.</exception>
    /// <exception cref="ThunderStackCloudException">The cloud refused, or there was no answer.</exception>
    public async Task<string?> RunAsync(
        NodeId node, string name, string by, Func<CloudNodesClient, string, CancellationToken, Task<string?>> act, CancellationToken cancellationToken)
    {
        var request = await BeginAsync(node, name, by, Lease, cancellationToken);
        return await EndWithAsync(request, () => act(cloud.Nodes, node.Value, CancellationToken.None));
    }

    /// <summary>
    /// Stops a node, and starts it again once it is paused: the cloud has no such call. Returns when it was asked to stop; the rest goes on.
    /// </summary>
    /// <exception cref="ManagementException">Somebody else is at work on the node.</exception>
    /// <exception cref="ThunderStackCloudException">The cloud refused, or there was no answer.</exception>
    public async Task<string?> RestartAsync(NodeId node, string by, CancellationToken cancellationToken)
    {
        var request = await BeginAsync(node, "restart", by, RestartLease, cancellationToken);
        string? says;
        try
        {
            says = IsStopped(await cloud.Nodes.GetAsync(node.Value, CancellationToken.None)) ? null : await cloud.Nodes.StopAsync(node.Value, CancellationToken.None);
        }
        catch (ThunderStackCloudException exception)
        {
            await EndUnlessUnknownAsync(request, exception);
            throw;
        }

        _ = StartAgainAsync(request);
        return says;
    }

    private static bool IsStopped(CloudNode node) => node.Status == CloudNodeStatus.Paused || node.Status == CloudNodeStatus.Failed;

    private async Task<ActionRequest> BeginAsync(NodeId node, string name, string by, TimeSpan lease, CancellationToken cancellationToken)
    {
        var request = ActionRequest.OfPerson(node, name, by, lease, secretChangedAt: DateTimeOffset.MaxValue, time.GetUtcNow());
        var start = await actions.BeginAsync(request, cancellationToken);
        return start.Verdict == ActionVerdict.Begun
            ? request
            : throw ManagementException.Conflict(
                $"{start.Action?.Handler} has been at work on the node since {start.Action?.StartedAt.UtcDateTime:u} ({start.Action?.Name}): wait until that is over.");
    }

    private async Task<string?> EndWithAsync(ActionRequest request, Func<Task<string?>> act)
    {
        string? says;
        try
        {
            says = await act();
        }
        catch (ThunderStackCloudException exception)
        {
            await EndUnlessUnknownAsync(request, exception);
            throw;
        }

        await actions.EndAsync(request, ActionOutcome.Done);
        return says;
    }

    // Without an answer it may have been done: then the lease keeps others away for a while.
    private Task EndUnlessUnknownAsync(ActionRequest request, ThunderStackCloudException exception) =>
        exception.StatusCode is { } status && (int)status < 500 ? actions.EndAsync(request, ActionOutcome.Failed) : Task.CompletedTask;

    private async Task StartAgainAsync(ActionRequest request)
    {
        var node = request.NodeId;
        var began = time.GetTimestamp();
        var stopping = lifetime.ApplicationStopping;
        try
        {
            while (!IsStopped(await cloud.Nodes.GetAsync(node.Value, stopping)))
            {
                if (time.GetElapsedTime(began) > RestartPatience)
                {
                    Log.NotStopped(logger, nodes.DisplayNameOf(node), RestartPatience);
                    await actions.EndAsync(request, ActionOutcome.Failed);
                    return;
                }

                await Task.Delay(Pause, time, stopping);
            }

            await EndWithAsync(request, () => cloud.Nodes.StartAsync(node.Value, stopping));
            Log.Started(logger, nodes.DisplayNameOf(node));
        }
        catch (Exception exception)
        {
            // Also when this receiver stops in between: the node stays paused, and somebody has to know.
            Log.NotStarted(logger, nodes.DisplayNameOf(node), exception.Message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1130, LogLevel.Information, "Node {Node} was stopped, and was asked to start again; it is locked once it runs")]
        public static partial void Started(ILogger logger, string node);

        [LoggerMessage(1131, LogLevel.Error, "Node {Node} was asked to stop, and is not paused after {Patience}. Once it is, start it")]
        public static partial void NotStopped(ILogger logger, string node, TimeSpan patience);

        [LoggerMessage(1132, LogLevel.Error, "Node {Node} was asked to stop and not to start again: {Reason} Start it once it is paused")]
        public static partial void NotStarted(ILogger logger, string node, string reason);
    }
}
