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

    /// <summary>What is wrong with the name of a schema, beginning with a verb; <see langword="null"/>: nothing.</summary>
    /// <param name="schema">The name.</param>
    public static string? FindSchemaProblem(string? schema) => SchemaName.FindProblem(schema);
}
