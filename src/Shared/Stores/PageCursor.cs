using System.Globalization;
using ThunderStack.Webhooks.Inbox;

namespace ThunderStack.Webhooks.Stores;

/// <summary>
/// Where a page ends: before an event's number and, in a list of deliveries, after a handler's. It names its database, in which
/// alone these numbers mean anything.
/// </summary>
/// <param name="Seq">The number of the last event that was looked at.</param>
/// <param name="Handler">The number of the last handler of it; 0 when the event is done with.</param>
internal readonly record struct PageCursor(long Seq, long Handler = 0)
{
    /// <summary>Before the first page.</summary>
    public static PageCursor Start { get; } = new(long.MaxValue);

    /// <exception cref="InvalidCursorException">It is none, or another database's.</exception>
    public static PageCursor Parse(string? text, string database)
    {
        if (text is null)
        {
            return Start;
        }

        return text.Split('-') is [var name, var seq, var handler] && name == database
            && long.TryParse(seq, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && long.TryParse(handler, NumberStyles.None, CultureInfo.InvariantCulture, out var last)
            ? new PageCursor(number, last)
            : throw new InvalidCursorException();
    }

    public string ToString(string database) => string.Create(CultureInfo.InvariantCulture, $"{database}-{Seq}-{Handler}");
}
