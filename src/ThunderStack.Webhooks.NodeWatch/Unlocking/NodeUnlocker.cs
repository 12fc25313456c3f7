using Microsoft.Extensions.Logging;
using ThunderStack.Cloud.NodeApi;
using ThunderStack.Webhooks.Actions;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Nodes;

namespace ThunderStack.Webhooks.NodeWatch.Unlocking;

/// <summary>Says how nodes were found, and unlocks one when a person wants it: under the same lease as the handler that unlocks.</summary>
internal sealed partial class NodeUnlocker(
    IActionStore actions, NodeDirectory nodes, NodeTargets targets, CloudNodes cloud, NodeApiClient client, NodeReadings readings, TimeProvider time,
    ILogger<NodeUnlocker> logger) : INodeReadiness
{
    private const string Action = "unlock";
    private const int LooksAfterwards = 5;

    // As the handler's: nobody sends a second time what may go on.
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan AnswerPatience = TimeSpan.FromSeconds(12);
    private static readonly TimeSpan LookPause = TimeSpan.FromSeconds(1);

    public NodeReadiness? Find(NodeId node) => readings.Current?.GetValueOrDefault(node) is { } reading
        ? new NodeReadiness(reading.State, reading.Since, reading.SeenAt, reading.Reason)
        : null;

    public async Task<UnlockResult> UnlockAsync(NodeOptions node, string by, string? password, CancellationToken cancellationToken)
    {
        var id = new NodeId(node.NodeId);
        var target = await targets.FindAsync(node, cancellationToken).ConfigureAwait(false);
        if (target.Endpoint is not { } endpoint)
        {
            return Refused($"The node's API cannot be asked: {target.Problem ?? "write its Api:Url, or set ThunderStack:Cloud:ApiToken so that the cloud says where it is"}.");
        }

        if (!endpoint.IsConfidential)
        {
            return Refused("The node's API is http: a password is sent over https only, or on this machine.");
        }

        var look = await client.LookAsync(endpoint, cancellationToken).ConfigureAwait(false);
        switch (look.State)
        {
            case NodeApiState.Ready:
                readings.AskForLook(id);
                return new UnlockResult(UnlockResultKind.Ready, "The node was ready already.");
            case NodeApiState.Changing:
                return new UnlockResult(UnlockResultKind.Asked, "The node is being unlocked or locked already: nothing was sent.");
            case NodeApiState.Uninitialized:
                return Refused("The node has no wallet yet: call /init of its API.");
            case not NodeApiState.Locked:
                return Failed($"The node cannot be unlocked: {look.Reason}.");
        }

        if (await cloud.FindAsync(id, TimeSpan.FromMinutes(1), cancellationToken).ConfigureAwait(false) is { Initialized: false })
        {
            return Refused("The node has no wallet yet: call /init of its API.");
        }

        UnlockFiles files;
        try
        {
            if (password is null && string.IsNullOrEmpty(node.Unlock.PasswordFile))
            {
                return Refused("There is no password: send it, or write the node's Unlock:PasswordFile.");
            }

            files = password is null
                ? await UnlockFiles.ReadAsync(node.Unlock, cancellationToken).ConfigureAwait(false)
                : await UnlockFiles.WithAsync(node.Unlock, password, time.GetUtcNow(), cancellationToken).ConfigureAwait(false);
        }
        catch (InvalidDataException exception)
        {
            return Refused(exception.Message);
        }

        var request = ActionRequest.OfPerson(id, Action, by, Lease, files.ChangedAt, time.GetUtcNow());
        var start = await actions.BeginAsync(request, cancellationToken).ConfigureAwait(false);
        if (start.Verdict != ActionVerdict.Begun)
        {
            var at = start.Action?.StartedAt.UtcDateTime.ToString("u");
            return Refused(start.Verdict == ActionVerdict.Refused
                ? $"The node refused this password at {at}, and its file has not been changed since: correct it, or send another."
                : $"{start.Action?.Handler} has been at work on the node since {at}: wait until that is over.");
        }

        Log.Sending(logger, nodes.DisplayNameOf(id), by);

        // From here on it goes on when nobody waits for it any more: what was begun has to be ended.
        var answer = await client.UnlockAsync(endpoint, files.Body, AnswerPatience, CancellationToken.None).ConfigureAwait(false);
        return await ConcludeAsync(endpoint, answer, request, isTyped: password is not null).ConfigureAwait(false);
    }

    private async Task<UnlockResult> ConcludeAsync(NodeApiEndpoint endpoint, NodeUnlock answer, ActionRequest request, bool isTyped)
    {
        switch (answer.Outcome)
        {
            case NodeUnlockOutcome.WrongPassword:
                // One that a person mistyped says nothing of the one in the file.
                await actions.EndAsync(request, isTyped ? ActionOutcome.Failed : ActionOutcome.Refused).ConfigureAwait(false);
                return Refused("The node refuses the password. It was sent once.");
            case NodeUnlockOutcome.NotInitialized:
                await actions.EndAsync(request, ActionOutcome.Failed).ConfigureAwait(false);
                return Refused("The node has no wallet yet: call /init of its API.");
            case NodeUnlockOutcome.Failed or NodeUnlockOutcome.Unauthorized or NodeUnlockOutcome.Changing:
                await actions.EndAsync(request, ActionOutcome.Failed).ConfigureAwait(false);
                return Failed($"The node was not unlocked: {answer.Reason}.");
        }

        for (var i = 0; ; i++)
        {
            var look = await client.LookAsync(endpoint, CancellationToken.None).ConfigureAwait(false);
            if (look.State == NodeApiState.Ready)
            {
                await actions.EndAsync(request, ActionOutcome.Done).ConfigureAwait(false);
                readings.AskForLook(request.NodeId);
                return new UnlockResult(UnlockResultKind.Ready, "The node is ready.");
            }

            if (i == LooksAfterwards)
            {
                // Nothing goes on once the node has answered; otherwise the lease keeps others away.
                if (answer.Outcome != NodeUnlockOutcome.Unknown && look.State == NodeApiState.Locked)
                {
                    await actions.EndAsync(request, ActionOutcome.Failed).ConfigureAwait(false);
                    return Failed("The node said that it was unlocked, and is locked.");
                }

                return new UnlockResult(UnlockResultKind.Asked, $"The node was asked to unlock, and is not ready yet: {look.Reason}.");
            }

            await Task.Delay(LookPause, time).ConfigureAwait(false);
        }
    }

    private static UnlockResult Refused(string message) => new(UnlockResultKind.Refused, message);

    private static UnlockResult Failed(string message) => new(UnlockResultKind.Failed, message);

    private static partial class Log
    {
        [LoggerMessage(923, LogLevel.Information, "Node {Node} is locked and is asked to unlock, because {By} wants it")]
        public static partial void Sending(ILogger logger, string node, string by);
    }
}
