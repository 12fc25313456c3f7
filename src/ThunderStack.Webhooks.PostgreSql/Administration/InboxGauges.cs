namespace ThunderStack.Webhooks.PostgreSql.Administration;

/// <summary>What is measured of a schema every minute.</summary>
internal sealed class InboxGauges(InboxQueries queries, SchemaName schema)
{
    // With indexes, and with what is stored apart because it is long.
    private const string SizeSql =
        """
        SELECT coalesce(sum(pg_total_relation_size(c.oid)), 0)::bigint
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = $1 AND c.relkind IN ('r', 'm')
        """;

    public static string DeadLettersSql(SchemaName schema) =>
        $"""
        SELECT h.name, count(*)
        FROM (SELECT d.handler FROM {schema}.deliveries d WHERE d.state = 3 LIMIT $1) d
            JOIN {schema}.handlers h ON h.handler = d.handler
        GROUP BY h.name
        """;

    public async Task<InboxMeasures> MeasureAsync(CancellationToken cancellationToken)
    {
        var sizes = await queries.ReadAsync(
            SizeSql, command => command.With(schema.Value), row => row.GetInt64(0), cancellationToken).ConfigureAwait(false);
        var dead = await queries.ReadAsync(
            DeadLettersSql(schema),
            command => command.With(InboxMeasures.MostDeadLetters),
            row => (Handler: row.GetString(0), Count: row.GetInt64(1)),
            cancellationToken).ConfigureAwait(false);
        return new InboxMeasures(sizes.Single(), Free: null, dead.ToDictionary(row => row.Handler, row => row.Count));
    }
}
