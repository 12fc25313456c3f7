namespace ThunderStack.Webhooks.PostgreSql;

/// <summary>Section <c>ThunderStack:Inbox</c>: what only the PostgreSQL store knows.</summary>
public sealed class PostgreSqlInboxOptions
{
    /// <summary>
    /// The schema that the tables are in: lower-case letters, digits and underscores. Receivers with the same database and
    /// schema are replicas of each other.
    /// </summary>
    /// <value><c>thunderstack</c>.</value>
    public string Schema { get; set; } = "thunderstack";
}
