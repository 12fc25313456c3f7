namespace ThunderStack.Webhooks.Cli.Inbox;

/// <summary>The stores, as <c>ThunderStack:Inbox:Provider</c> names them.</summary>
internal enum InboxProvider
{
    /// <summary>One file with one owner.</summary>
    Sqlite,

    /// <summary>A schema that several receivers share.</summary>
    PostgreSql,
}
