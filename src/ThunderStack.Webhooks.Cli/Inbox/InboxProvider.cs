namespace ThunderStack.Webhooks.Cli.Inbox;

/// <summary>The stores, as <c>ThunderStack:Inbox:Provider</c> names them.</summary>
internal enum InboxProvider
{
    Sqlite,
}
