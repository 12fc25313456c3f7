using ThunderStack.Webhooks.Configuration;

namespace ThunderStack.Webhooks.Inbox;

/// <summary>Section <c>ThunderStack:Inbox</c>: what is common to every store.</summary>
public sealed class InboxOptions
{
    /// <summary>Which store: <c>Sqlite</c> or <c>PostgreSql</c>.</summary>
    /// <value><c>Sqlite</c>.</value>
    public string Provider { get; set; } = "Sqlite";

    /// <summary>How to reach the store. For SQLite a relative path is relative to the working directory.</summary>
    /// <value><c>Data Source=data/inbox.db</c>.</value>
    public string ConnectionString { get; set; } = "Data Source=data/inbox.db";

    /// <summary>How long payloads and finished deliveries are kept. Ids are kept for ever.</summary>
    /// <value>30 days.</value>
    public TimeSpan Retention { get; set; } = TimeSpan.FromDays(30);

    /// <summary>
    /// Allows settings under which a power cut loses events that were answered 200. For experiments only.
    /// </summary>
    /// <value><see langword="false"/>.</value>
    public bool AllowDataLoss { get; set; }

    /// <remarks>With those that only one of the stores reads: which store it is may change, and a key stays spelled right.</remarks>
    internal static readonly IReadOnlyList<Setting> Settings =
    [
        Setting.Text("Inbox:Provider", "Sqlite"),
        Setting.Trimmed("Inbox:ConnectionString", "Data Source=data/inbox.db") with { IsSecret = true },
        Setting.Time("Inbox:Retention", "30.00:00:00"),
        Setting.Switch("Inbox:AllowDataLoss", false),
        Setting.Text("Inbox:Synchronous", "Full"),
        Setting.Text("Inbox:Schema", "thunderstack"),
    ];
}
