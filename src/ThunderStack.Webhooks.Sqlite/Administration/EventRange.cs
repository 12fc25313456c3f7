using ThunderStack.Webhooks.Events;

namespace ThunderStack.Webhooks.Sqlite.Administration;

/// <summary>Events by their numbers, both ends included.</summary>
internal readonly record struct EventRange(long First, long Last)
{
    // What one question looks at.
    private const int Events = 20_000;
    private const int Unfinished = 10_000;

    // Of one node's events, in the stretches of their index: without any, one costs a look-up.
    private const int NodeEvents = 2_000 * Administration.NodeEvents.Stretch;

    // Numbers follow the order of receipt, and times as well, as long as no clock is wrong by more than this.
    private static readonly TimeSpan ClockDifference = TimeSpan.FromHours(1);

    public static EventRange All(Database database) => new(
        database.ReadInt64("SELECT min(seq) FROM events"), database.ReadInt64("SELECT max(seq) FROM events"));

    /// <summary>Those that may have been received between two instants, found by halving.</summary>
    public static EventRange Between(Database database, DateTimeOffset? from, DateTimeOffset? to)
    {
        var all = All(database);
        return new EventRange(
            from is null ? all.First : FirstSince(database, all, from.Value - ClockDifference),
            to is null ? all.Last : FirstSince(database, all, to.Value + ClockDifference) - 1);
    }

    /// <summary>The upper part of a range, as much as one question looks at.</summary>
    /// <param name="database">The database.</param>
    /// <param name="range">The range.</param>
    /// <param name="node">The node whose events are looked for.</param>
    /// <param name="state">The state that a delivery of them has to have.</param>
    public static EventRange Window(Database database, EventRange range, NodeId? node, DeliveryState? state)
    {
        long first;
        if (state is DeliveryState.Scheduled or DeliveryState.DeadLettered)
        {
            first = database.ReadInt64(
                $"SELECT seq FROM deliveries WHERE state = {(int)state} AND seq <= {range.Last} ORDER BY seq DESC LIMIT 1 OFFSET {Unfinished - 1}");
        }
        else
        {
            // Retention leaves holes: there is an event at the upper end, so that every window gets somewhere.
            range = range with { Last = database.ReadInt64($"SELECT max(seq) FROM events WHERE seq <= {range.Last}") };
            first = range.Last - (node is null ? Events : NodeEvents) + 1;
        }

        return range with { First = Math.Max(range.First, first) };
    }

    private static long FirstSince(Database database, EventRange all, DateTimeOffset instant)
    {
        using var row = database.Query("SELECT received_at FROM events WHERE seq >= ?1 ORDER BY seq LIMIT 1");
        var bound = Instant.ToMilliseconds(instant);
        var (low, high) = (all.First, all.Last + 1);
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            row.Bind(1, middle);
            var isBefore = row.Step() && row.GetInt64(0) < bound;
            row.Reset();
            (low, high) = isBefore ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
