namespace ThunderStack.Webhooks.Sqlite.Writing;

/// <summary>Where in a transaction the writer is.</summary>
internal enum WritePhase
{
    /// <summary>Before it begins.</summary>
    Begin,

    /// <summary>Before its commit.</summary>
    Commit,

    /// <summary>After its commit, before anybody knows of it.</summary>
    Committed,
}
