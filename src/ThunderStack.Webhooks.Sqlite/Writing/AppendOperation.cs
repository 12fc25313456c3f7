using ThunderStack.Webhooks.Keys;

namespace ThunderStack.Webhooks.Sqlite.Writing;

/// <inheritdoc/>
internal sealed class AppendOperation(InboxEntry entry, WebhookPublicKey? key) : PendingAppend(entry, key), IWriteOperation
{
    private AppendOutcome _outcome;

    public bool IsAppend => true;

    public void Execute(WriteSession session) => _outcome = session.Append(Entry, Key);

    public void Complete() => Answer(new AppendResult(_outcome));

    public void Fail(WriteFailure failure) =>
        Answer(new AppendResult(failure.CommitBegun ? AppendOutcome.Unknown : AppendOutcome.Unavailable, failure.Reason));
}
