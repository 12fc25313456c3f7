namespace ThunderStack.Webhooks.EndToEnd.Failover;

/// <summary>What a server that takes over may lack: what was acknowledged between its copy and the end of the server before.</summary>
/// <param name="Copied">Up to which number each node's events were acknowledged before the copy was made.</param>
/// <param name="Ended">The same when the server before had ended. One more a node may have been committed and not answered yet.</param>
internal sealed record Loss(IReadOnlyDictionary<string, long> Copied, IReadOnlyDictionary<string, long> Ended)
{
    public bool Explains(string node, long number) =>
        number > Copied.GetValueOrDefault(node) && number <= Ended.GetValueOrDefault(node) + 1;
}
