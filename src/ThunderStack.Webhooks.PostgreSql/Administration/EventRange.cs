using ThunderStack.Webhooks.Events;

namespace ThunderStack.Webhooks.PostgreSql.Administration;

/// <summary>Events by their numbers, both ends included.</summary>
internal readonly record struct EventRange(long First, long Last)
{
    // What one question looks at.
    private const int Events = 20_000;

    // Numbers follow the order of receipt, and times as well, as long as no clock is wrong by more than this.
    private static readonly TimeSpan ClockDifference = TimeSpan.FromHours(1);

    public static async Task<EventRange> AllAsync(InboxQueries queries, SchemaName schema, CancellationToken cancellationToken) => (await queries.ReadAsync(
        $"SELECT coalesce((SELECT min(seq) FROM {schema}.events), 0), coalesce((SELECT max(seq) FROM {schema}.events), 0)",
        _ => { },
        row => new EventRange(row.GetInt64(0), row.GetInt64(1)),
        cancellationToken).ConfigureAwait(false))[0];

    /// <summary>Those that may have been received between two instants, found by halving.</summary>
    public static async Task<EventRange> BetweenAsync(
        InboxQueries queries, SchemaName schema, DateTimeOffset? from, DateTimeOffset? to, CancellationToken cancellationToken)
    {
        var all = await AllAsync(queries, schema, cancellationToken).ConfigureAwait(false);
        return new EventRange(
            from is null ? all.First : await all.FirstSinceAsync(queries, schema, from.Value - ClockDifference, cancellationToken).ConfigureAwait(false),
            to is null ? all.Last : await all.FirstSinceAsync(queries, schema, to.Value + ClockDifference, cancellationToken).ConfigureAwait(false) - 1);
    }

    /// <summary>The upper part of this range, as much as one question looks at.</summary>
    public async Task<EventRange> WindowAsync(
        InboxQueries queries, SchemaName schema, NodeId? node, DeliveryState? state, CancellationToken cancellationToken)
    {
        var last = Last;
        var first = await queries.ReadAsync(
            WindowSql(schema, node, state),
            command => command.With(last).With(StoredText.Encode(node?.Value), NpgsqlTypes.NpgsqlDbType.Text),
            row => row.GetInt64(0),
            cancellationToken).ConfigureAwait(false);
        return this with { First = Math.Max(First, first.FirstOrDefault(First)) };
    }

    /// <summary>The number of the last event that one question looks at.</summary>
    public static string WindowSql(SchemaName schema, NodeId? node, DeliveryState? state) => state == DeliveryState.DeadLettered
        ? $"SELECT d.seq FROM {schema}.deliveries d WHERE d.state = 3 AND d.seq <= $1 ORDER BY d.seq DESC OFFSET {Events - 1} LIMIT 1"
        : $"""
          SELECT e.seq FROM {schema}.events e
          WHERE e.seq <= $1 {(node is null ? "" : $"AND e.node = (SELECT f.node FROM {schema}.nodes f WHERE f.node_id = $2)")}
          ORDER BY e.seq DESC OFFSET {Events - 1} LIMIT 1
          """;

    private async Task<long> FirstSinceAsync(InboxQueries queries, SchemaName schema, DateTimeOffset instant, CancellationToken cancellationToken)
    {
        var bound = Instant.ToMilliseconds(instant);
        var (low, high) = (First, Last + 1);
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            var received = await queries.ReadAsync(
                $"SELECT received_at FROM {schema}.events WHERE seq >= $1 ORDER BY seq LIMIT 1",
                command => command.With(middle),
                row => row.GetInt64(0),
                cancellationToken).ConfigureAwait(false);
            (low, high) = received.Count > 0 && received[0] < bound ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
