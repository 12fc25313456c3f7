using System.Globalization;
using Npgsql;

namespace ThunderStack.Webhooks.PostgreSql.Tests.Growth;

/// <summary>
/// What an inbox has after a long life: events of real sizes with ids that grow with time, all handled, every tenth a dead
/// letter.
/// </summary>
internal static class Past
{
    public const int Nodes = 200;
    private const string Variable = "THUNDERSTACK_POSTGRES_ROWS";

    /// <summary>Whether the size was asked for, as in a campaign, where 1,000,000 is what is promised.</summary>
    public static bool IsCampaign => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 };

    /// <summary>How many events: <c>THUNDERSTACK_POSTGRES_ROWS</c>.</summary>
    public static int Events => IsCampaign
        ? int.Parse(Environment.GetEnvironmentVariable(Variable)!, CultureInfo.InvariantCulture)
        : 20_000;

    /// <summary>Writes it into a schema that is empty.</summary>
    public static async Task WriteAsync(NpgsqlDataSource source, string schema, int events, CancellationToken cancellationToken)
    {
        await using var command = source.CreateCommand(
            $"""
            INSERT INTO {schema}.nodes(node_id, last_turn) SELECT 'node-' || i, {events} FROM generate_series(1, {Nodes}) i;
            INSERT INTO {schema}.handlers(name) VALUES('only');
            INSERT INTO {schema}.lanes(handler, node, done_through) SELECT 1, node, {events} FROM {schema}.nodes;
            INSERT INTO {schema}.public_keys(fingerprint, spki) VALUES(repeat('0', 64), sha256('key'));
            INSERT INTO {schema}.events(
                    seq, id, node, type, status, event_timestamp, occurred_at, received_at, key, signature, body)
                SELECT i,
                    substring(int8send(1704067200000 + i * 25::bigint) FROM 3) || substring(sha256(i::text::bytea) FROM 1 FOR 26),
                    1 + i % {Nodes}, 'NODE_STATUS_UPDATED', 'RUNNING', '2024-01-01T00:00:00.000Z',
                    (1704067200000 + i * 25::bigint) * 1000, 1704067200000 + i * 25::bigint, 1,
                    (SELECT string_agg(sha256((i || '-' || part)::bytea), ''::bytea) FROM generate_series(1, 8) part),
                    convert_to(left('[' || i || ',"' || repeat(md5(i::text), 13), 398) || '"]', 'UTF8')
                FROM generate_series(1, {events}) i;
            INSERT INTO {schema}.event_ids SELECT id, seq FROM {schema}.events ORDER BY seq;
            INSERT INTO {schema}.deliveries(handler, seq, node, turn, state, attempts, at, error)
                SELECT 1, i, 1 + i % {Nodes}, i, CASE WHEN i % 10 = 0 THEN 3 ELSE 2 END, CASE WHEN i % 10 = 0 THEN 12 ELSE 1 END,
                    1704067200000 + i * 25::bigint, CASE WHEN i % 10 = 0 THEN 'The handler answered 500 Internal Server Error.' END
                FROM generate_series(1, {events}) i;
            SELECT setval('{schema}.turns', {events} + 1, false);
            """);
        command.CommandTimeout = 0;
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
