namespace ThunderStack.Webhooks.Sqlite;

/// <summary>Section <c>ThunderStack:Inbox</c>: what only the SQLite store knows.</summary>
public sealed class SqliteInboxOptions
{
    /// <summary>
    /// When a commit counts: <c>Full</c> or <c>Extra</c> (on disk), or <c>Normal</c>, which loses events that were answered
    /// 200 in a power cut and is refused unless <see cref="Inbox.InboxOptions.AllowDataLoss"/>.
    /// </summary>
    /// <value><c>Full</c>.</value>
    public string Synchronous { get; set; } = "Full";
}
