using Microsoft.Extensions.Logging;
using ThunderStack.Cloud.NodeApi;
using ThunderStack.Webhooks.Actions;
using ThunderStack.Webhooks.Dispatch;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Nodes;

namespace ThunderStack.Webhooks.NodeWatch.Unlocking;

/// <summary>
/// Unlocks nodes that are found locked. It looks before it sends anything; what it is about to send is stored first; and after an
/// answer that says nothing for certain, it only looks.
/// </summary>
internal sealed partial class UnlockHandler(
    UnlockLimits limits, IActionStore actions, NodeDirectory nodes, NodeTargets targets, CloudNodes cloud, NodeApiClient client, NodeReadings readings,
    TimeProvider time, ILogger<UnlockHandler> logger) : IWebhookHandler<WebhookEvent>
{
    private const string Action = "unlock";

    // What was to be done by then is no longer done: the node's people may have begun something else.
    private static readonly TimeSpan Expiry = TimeSpan.FromMinutes(10);

    // As long, so that nobody sends a second time what may go on.
    private static readonly TimeSpan Lease = Expiry;

    // A process that was paused between storing and sending does not send any more.
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(15);

    // With the looks around it, less than an attempt may take by default.
    private static readonly TimeSpan AnswerPatience = TimeSpan.FromSeconds(12);
    private static readonly TimeSpan LookPause = TimeSpan.FromSeconds(1);
    private const int LooksAfterwards = 4;

    /// <summary>At first often, in all for as long as a delivery counts; fewer than are taken for a handler that fails.</summary>
    public static IReadOnlyList<TimeSpan> RetryDelays { get; } =
        [.. new[] { 5, 15, 30, 60, 90, 90, 90, 90, 120 }.Select(seconds => TimeSpan.FromSeconds(seconds))];

    public async Task HandleAsync(WebhookEvent webhookEvent, DeliveryContext context, CancellationToken cancellationToken)
    {
        if (webhookEvent is not ConditionChanged { Change: ConditionChange.Opened } locked || locked.Kind != ConditionKind.NodeLocked
            || nodes.Nodes.FirstOrDefault(node => node.NodeId == locked.NodeId.Value) is not { Unlock.PasswordFile.Length: > 0 } node)
        {
            return;
        }

        if (context.IsStale)
        {
            // What a receiver had begun that died over it is over, too: it must not hold up the next time.
            await actions.EndAsync(locked.NodeId, context.Handler, context.EventId, ActionOutcome.Done, cancellationToken).ConfigureAwait(false);
            throw new SupersededException("The node has been found unlocked, or no longer running, since.");
        }

        if (time.GetUtcNow() - context.ReceivedAt >= Expiry)
        {
            throw new SupersededException($"It was found locked more than {Expiry.TotalMinutes:0} minutes ago, so nothing is sent any more; unlock it with \"thunderstack nodes unlock\".");
        }

        var target = await targets.FindAsync(node, cancellationToken).ConfigureAwait(false);
        var endpoint = target.Endpoint ?? throw new InvalidOperationException($"The node's API cannot be asked: {target.Problem ?? "the cloud has not said where it is"}.");
        var look = await client.LookAsync(endpoint, cancellationToken).ConfigureAwait(false);
        if (look.State == NodeApiState.Ready)
        {
            await EndAsync(context, locked.NodeId, ActionOutcome.Done, cancellationToken).ConfigureAwait(false);
            return;
        }

        await ThrowIfUnfitAsync(locked.NodeId, look, cancellationToken).ConfigureAwait(false);
        var files = await ReadFilesAsync(node, cancellationToken).ConfigureAwait(false);
        var asOf = time.GetUtcNow();
        var start = await actions.BeginAsync(
            new ActionRequest
            {
                NodeId = locked.NodeId,
                Name = Action,
                Handler = context.Handler,
                TriggerId = context.EventId,
                Lease = Lease,
                AtMost = limits.AtMost,
                Within = limits.Within,
                SecretChangedAt = files.ChangedAt,
            },
            cancellationToken).ConfigureAwait(false);
        ThrowUnlessBegun(start);
        if (time.GetUtcNow() - asOf is var age && (age > Freshness || age < -Freshness))
        {
            throw new InvalidOperationException("This receiver was held up before it could send anything; from now on it only looks.");
        }

        Log.Sending(logger, nodes.DisplayNameOf(locked.NodeId), start.Action!.Number);
        var answer = await client.UnlockAsync(endpoint, files.Body, AnswerPatience, cancellationToken).ConfigureAwait(false);
        await ConcludeAsync(endpoint, answer, context, locked.NodeId, cancellationToken).ConfigureAwait(false);
    }

    private async Task ThrowIfUnfitAsync(NodeId node, NodeLook look, CancellationToken cancellationToken)
    {
        // A node without a wallet says that it is locked, too; the cloud knows better.
        if (look.State == NodeApiState.Uninitialized
            || await cloud.FindAsync(node, TimeSpan.FromMinutes(1), cancellationToken).ConfigureAwait(false) is { Initialized: false })
        {
            throw new DeadLetterException("The node has no wallet yet: call /init of its API.");
        }

        if (look.State != NodeApiState.Locked)
        {
            throw new InvalidOperationException($"The node is not ready: {look.Reason}.");
        }
    }

    private static async Task<UnlockFiles> ReadFilesAsync(NodeOptions node, CancellationToken cancellationToken)
    {
        try
        {
            return await UnlockFiles.ReadAsync(node.Unlock, cancellationToken).ConfigureAwait(false);
        }
        catch (InvalidDataException exception)
        {
            throw new DeadLetterException(exception.Message);
        }
    }

    private void ThrowUnlessBegun(ActionStart start)
    {
        var at = start.Action?.StartedAt.UtcDateTime.ToString("u");
        switch (start.Verdict)
        {
            case ActionVerdict.Begun:
                return;
            case ActionVerdict.Running:
                throw new InvalidOperationException($"The node was asked at {at} to unlock, and is still locked.");
            case ActionVerdict.Busy:
                throw new InvalidOperationException($"Handler {start.Action!.Handler} has been at work on the node since {at}.");
            case ActionVerdict.Over:
                throw new SupersededException($"The node was asked at {at} to unlock for the same reason: that is not repeated.");
            case ActionVerdict.Refused:
                throw new DeadLetterException($"The node refused the password at {at}, and neither of its files has been changed since: correct it, and unlock the node with \"thunderstack nodes unlock\".");
            default:
                throw new DeadLetterException($"The node was asked to unlock {limits.AtMost} times within {limits.Within}, and is locked again: look at its logs for what ends it.");
        }
    }

    private async Task ConcludeAsync(NodeApiEndpoint endpoint, NodeUnlock answer, DeliveryContext context, NodeId node, CancellationToken cancellationToken)
    {
        switch (answer.Outcome)
        {
            case NodeUnlockOutcome.WrongPassword:
                await EndAsync(context, node, ActionOutcome.Refused, cancellationToken).ConfigureAwait(false);
                throw new DeadLetterException("The node refuses the password: correct the one in its Unlock:PasswordFile, and unlock the node with \"thunderstack nodes unlock\".");
            case NodeUnlockOutcome.NotInitialized:
                await EndAsync(context, node, ActionOutcome.Failed, cancellationToken).ConfigureAwait(false);
                throw new DeadLetterException("The node has no wallet yet: call /init of its API.");
            case NodeUnlockOutcome.Failed or NodeUnlockOutcome.Unauthorized or NodeUnlockOutcome.Changing:
                await EndAsync(context, node, ActionOutcome.Failed, cancellationToken).ConfigureAwait(false);
                throw new InvalidOperationException($"The node was not unlocked: {answer.Reason}.");
        }

        // Nothing but this is success.
        var isAnswered = answer.Outcome != NodeUnlockOutcome.Unknown;
        for (var i = 0; ; i++)
        {
            var look = await client.LookAsync(endpoint, cancellationToken).ConfigureAwait(false);
            if (look.State == NodeApiState.Ready)
            {
                await EndAsync(context, node, ActionOutcome.Done, cancellationToken).ConfigureAwait(false);
                return;
            }

            if (i == LooksAfterwards)
            {
                if (isAnswered && look.State == NodeApiState.Locked)
                {
                    await EndAsync(context, node, ActionOutcome.Failed, cancellationToken).ConfigureAwait(false);
                    throw new InvalidOperationException("The node said that it was unlocked, and is locked.");
                }

                throw new InvalidOperationException($"The node was asked to unlock, and is not ready yet: {look.Reason}.");
            }

            await Task.Delay(LookPause, time, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task EndAsync(DeliveryContext context, NodeId node, ActionOutcome outcome, CancellationToken cancellationToken)
    {
        await actions.EndAsync(node, context.Handler, context.EventId, outcome, cancellationToken).ConfigureAwait(false);
        if (outcome == ActionOutcome.Done)
        {
            Log.Ready(logger, nodes.DisplayNameOf(node));
            readings.AskForLook(node);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(921, LogLevel.Information, "Node {Node} is locked and is asked to unlock: action {Number} on this node")]
        public static partial void Sending(ILogger logger, string node, int number);

        [LoggerMessage(922, LogLevel.Information, "Node {Node} is ready")]
        public static partial void Ready(ILogger logger, string node);
    }
}
