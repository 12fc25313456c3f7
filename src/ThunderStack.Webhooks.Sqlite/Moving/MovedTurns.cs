using ThunderStack.Webhooks.Sqlite.Dispatch;

namespace ThunderStack.Webhooks.Sqlite.Moving;

/// <summary>
/// One order of whole numbers for events and for replays that wait, which here stand between events. Without a replay that
/// waits, an event's turn is its sequence number.
/// </summary>
internal sealed class MovedTurns
{
    private readonly List<long> _replays;

    private MovedTurns(List<long> replays) => _replays = replays;

    public static MovedTurns Read(Database database) => new(database.ReadAll(
        "SELECT position FROM deliveries WHERE state = 1 AND position IS NOT NULL ORDER BY position", static row => row.GetInt64(0)));

    /// <summary>The turn of an event: every replay that stands before it moves it on by one.</summary>
    public long OfEvent(long seq) => seq + CountBefore(Backlog.TurnOf(seq));

    /// <summary>The turn of a replay: behind the event that it stands behind, and behind the replays before it.</summary>
    public long OfReplay(long turn) => Backlog.SeqAt(turn) + CountBefore(turn) + 1;

    /// <summary>The last turn, when this is the last event.</summary>
    public long Last(long seq) => _replays.Count == 0 ? seq : Math.Max(OfEvent(seq), OfReplay(_replays[^1]));

    private int CountBefore(long turn)
    {
        var (low, high) = (0, _replays.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = _replays[middle] < turn ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
