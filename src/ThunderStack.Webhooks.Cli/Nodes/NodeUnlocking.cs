using ThunderStack.Cloud.NodeApi;

namespace ThunderStack.Webhooks.Cli.Nodes;

/// <summary>Asks a node once to unlock, and looks until it is ready: nothing but that counts as success.</summary>
internal sealed class NodeUnlocking(NodeApiClient client, NodeApiEndpoint endpoint, TimeSpan limit, TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly long _started = time.GetTimestamp();

    /// <summary>Looks whether there is anything to do.</summary>
    /// <exception cref="CommandException">It cannot be unlocked as it is.</exception>
    public async Task<NodeApiState> LookAsync(CancellationToken cancellationToken)
    {
        var look = await client.LookAsync(endpoint, cancellationToken);
        return look.State switch
        {
            NodeApiState.Ready or NodeApiState.Changing or NodeApiState.Locked => look.State,
            NodeApiState.Uninitialized => throw Refused(ExitCode.Failed, look.Reason),
            _ => throw Refused(ExitCode.Unavailable, look.Reason),
        };
    }

    /// <exception cref="CommandException">It refused, or is not ready in time.</exception>
    public async Task UnlockAsync(byte[] body, CancellationToken cancellationToken)
    {
        // It goes on when nobody waits for it any more.
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var asked = client.UnlockAsync(endpoint, body, limit, waiting.Token);
        try
        {
            await WaitAsync(asked, cancellationToken);
        }
        finally
        {
            await waiting.CancelAsync();
            await ((Task)asked).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Waits for what somebody else has begun.</summary>
    /// <exception cref="CommandException">It is locked after all, or not ready in time.</exception>
    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var look = await client.LookAsync(endpoint, cancellationToken);
            if (look.State == NodeApiState.Ready)
            {
                return;
            }

            if (look.State == NodeApiState.Locked)
            {
                throw new CommandException(ExitCode.Failed, "It was being unlocked or locked by somebody else, and is locked now. Nothing was sent; run this again to unlock it.");
            }

            await PauseAsync(look, cancellationToken);
        }
    }

    private async Task WaitAsync(Task<NodeUnlock> asked, CancellationToken cancellationToken)
    {
        var isAnswered = false;
        while (true)
        {
            if (!isAnswered && asked.IsCompleted)
            {
                isAnswered = true;
                Judge(await asked);
            }

            var look = await client.LookAsync(endpoint, cancellationToken);
            if (look.State == NodeApiState.Ready)
            {
                return;
            }

            await PauseAsync(look, cancellationToken, isAnswered ? null : asked);
        }
    }

    // Of what may have worked, looking tells.
    private static void Judge(NodeUnlock answer)
    {
        switch (answer.Outcome)
        {
            case NodeUnlockOutcome.WrongPassword:
                throw new CommandException(ExitCode.Failed, "The password is wrong. It was sent once; check it before you try again.");
            case NodeUnlockOutcome.NotInitialized or NodeUnlockOutcome.Failed:
                throw Refused(ExitCode.Failed, answer.Reason);
            case NodeUnlockOutcome.Unauthorized:
                throw Refused(ExitCode.Unavailable, answer.Reason);
        }
    }

    private async Task PauseAsync(NodeLook look, CancellationToken cancellationToken, Task? until = null)
    {
        if (time.GetElapsedTime(_started) >= limit)
        {
            throw new CommandException(
                ExitCode.Failed,
                $"It is not ready after {limit.TotalSeconds:0} s: {look.Reason}. Running this again looks first; if it is still locked then, look at its logs before you send the password again.");
        }

        var pause = Task.Delay(Pause, time, cancellationToken);
        await (until is null ? pause : Task.WhenAny(pause, until));
        cancellationToken.ThrowIfCancellationRequested();
    }

    private static CommandException Refused(ExitCode code, string? reason) => new(code, $"It was not unlocked: {reason}.");
}
