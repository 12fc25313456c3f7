namespace ThunderStack.Webhooks.Cli.Send;

/// <summary>What a request is, which says how it should be answered.</summary>
internal enum SentKind
{
    /// <summary>A signed event: 200.</summary>
    Original,

    /// <summary>The same bytes again: 200 too, with the same id.</summary>
    Duplicate,

    /// <summary>Changed after signing: anything but 2xx; 403, or 503 while the receiver cannot ask the cloud for its key.</summary>
    Tampered,
}
