namespace ThunderStack.Webhooks.Sqlite.Writing;

/// <summary>Something to write, handed to the writer, which shares one commit among all that wait.</summary>
internal interface IWriteOperation
{
    /// <summary>Whether somebody waits for an event to be stored; only so many may.</summary>
    bool IsAppend => false;

    /// <summary>Whether it needs a transaction of its own, so that its failure is nobody else's.</summary>
    bool IsExclusive => false;

    /// <summary>Whether it waits for better times when the store fails, instead of failing.</summary>
    bool IsKept => false;

    /// <summary>Writes, inside a transaction.</summary>
    void Execute(WriteSession session);

    /// <summary>The transaction was committed.</summary>
    void Complete();

    /// <summary>The transaction was not, or perhaps not, committed.</summary>
    /// <param name="failure">What failed.</param>
    void Fail(WriteFailure failure);
}

/// <summary>Why nothing was written.</summary>
/// <param name="Reason">For the log and for the operator.</param>
/// <param name="CommitBegun">Whether it may have been written after all.</param>
/// <param name="Cause">The exception behind it.</param>
internal sealed record WriteFailure(string Reason, bool CommitBegun = false, Exception? Cause = null);
