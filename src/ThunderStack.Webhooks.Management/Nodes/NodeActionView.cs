namespace ThunderStack.Webhooks.Management.Nodes;

/// <summary>What was done to a node.</summary>
/// <param name="NodeId">The node.</param>
/// <param name="Result">What came of it: <c>asked</c>, or <c>ready</c> of a node that is unlocked.</param>
/// <param name="Message">The same in a sentence, by the cloud or by this receiver.</param>
public sealed record NodeActionView(string NodeId, string Result, string? Message);

/// <summary>Where a node's logs are. Whoever has such a URL can read the log.</summary>
/// <param name="NodeId">The node.</param>
/// <param name="Urls">Presigned URLs, one a log.</param>
public sealed record NodeLogsView(string NodeId, IReadOnlyList<string> Urls);

/// <param name="Password">The node's password; without, the one in its <c>Unlock:PasswordFile</c> is used.</param>
internal sealed record UnlockBodyView(string? Password = null)
{
    // A record would show it.
    public override string ToString() => nameof(UnlockBodyView);
}

/// <param name="Url">Where the cloud is to post the node's events; empty for nowhere. Without, <c>ThunderStack:Webhook:PublicUrl</c>.</param>
internal sealed record WebhookUrlView(string? Url = null);
