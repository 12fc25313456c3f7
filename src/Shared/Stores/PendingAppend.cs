using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Keys;

namespace ThunderStack.Webhooks.Stores;

/// <summary>An append that waits for a store's writer, and the caller who awaits it.</summary>
internal class PendingAppend(InboxEntry entry, WebhookPublicKey? key)
{
    // A caller never runs on the writer's thread.
    private readonly TaskCompletionSource<AppendResult> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public InboxEntry Entry => entry;

    public WebhookPublicKey? Key => key;

    /// <summary>Waits for the answer. A caller who gives up leaves the append to the writer.</summary>
    public ValueTask<AppendResult> ResultAsync(CancellationToken cancellationToken) => new(_result.Task.WaitAsync(cancellationToken));

    /// <summary>Answers the caller. The first answer counts: that of a watchdog may come before the writer's.</summary>
    public void Answer(AppendResult result) => _result.TrySetResult(result);
}
