using ThunderStack.Webhooks.Inbox;

namespace ThunderStack.Webhooks.Stores;

/// <summary>Instants as the tables keep them: whole numbers, because no database's own type holds every instant that .NET's does.</summary>
internal static class Instant
{
    private const long MicrosecondsPerMillisecond = 1_000;

    public static long ToMicroseconds(DateTimeOffset instant) =>
        Math.DivRem(instant.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks, TimeSpan.TicksPerMicrosecond) is var (whole, rest) && rest < 0
            ? whole - 1
            : whole;

    public static long? ToMicroseconds(DateTimeOffset? instant) => instant is { } value ? ToMicroseconds(value) : null;

    public static DateTimeOffset FromMicroseconds(long value) =>
        DateTimeOffset.UnixEpoch.AddTicks(value * TimeSpan.TicksPerMicrosecond);

    public static DateTimeOffset? FromMicroseconds(long? value) => value is { } number ? FromMicroseconds(number) : null;

    public static long ToMilliseconds(DateTimeOffset instant) => instant.ToUnixTimeMilliseconds();

    public static long? ToMilliseconds(DateTimeOffset? instant) => instant?.ToUnixTimeMilliseconds();

    public static DateTimeOffset FromMilliseconds(long value) => DateTimeOffset.FromUnixTimeMilliseconds(value);

    public static DateTimeOffset? FromMilliseconds(long? value) => value is { } number ? FromMilliseconds(number) : null;

    /// <summary>
    /// <see cref="InboxEntry.EffectiveAt"/> in microseconds, the same before the entry was stored as after it is read
    /// back: the time of receipt is kept in whole milliseconds.
    /// </summary>
    public static long EffectiveAt(InboxEntry entry)
    {
        var received = ToMilliseconds(entry.ReceivedAt) * MicrosecondsPerMillisecond;
        return entry.Timestamp is { } sent ? Math.Min(ToMicroseconds(sent), received) : received;
    }
}
