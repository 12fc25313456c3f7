namespace ThunderStack.Webhooks.Sqlite.Writing;

/// <inheritdoc/>
internal sealed class AppendOperation : PendingAppend<AppendOperation>, IWriteOperation
{
    /// <summary>What the transaction did with the event.</summary>
    public AppendOutcome Outcome { get; private set; }

    public bool IsAppend => true;

    public void Execute(WriteSession session) => Outcome = session.Append(Entry, Key);

    public void Complete() => Complete(new AppendResult(Outcome));

    public void Fail(WriteFailure failure) => Complete(ToResult(failure));

    /// <summary>Answers the caller while the writer still holds the operation.</summary>
    public void Answer(WriteFailure failure) => Answer(ToResult(failure));

    private static AppendResult ToResult(WriteFailure failure) =>
        new(failure.CommitBegun ? AppendOutcome.Unknown : AppendOutcome.Unavailable, failure.Reason);
}
