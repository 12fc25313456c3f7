using System.Globalization;
using System.Text;
using ThunderStack.Webhooks.Events;

namespace ThunderStack.Webhooks.PostgreSql.Replicas;

/// <summary>A hint as one line of a notification: what is in the tables is only named. A line of a later version is passed over.</summary>
internal abstract record HintText
{
    // PostgreSQL takes less than 8000 bytes; the sender's name comes before.
    private const int MaxLength = 7_900;
    private const int MaxMessages = 8;

    /// <summary>An event.</summary>
    internal sealed record OfEvent(WebhookEventId Id) : HintText;

    /// <summary>A delivery.</summary>
    internal sealed record OfDelivery(WebhookEventId Id, string Handler) : HintText;

    /// <summary>A condition, and what happened to it.</summary>
    internal sealed record OfCondition(string Kind, string Subject, ConditionChange Change, DateTimeOffset At) : HintText;

    /// <summary>More than could be told.</summary>
    internal sealed record OfLost : HintText;

    /// <summary>What is nowhere in the tables.</summary>
    internal sealed record Whole(InboxHint Hint) : HintText;

    /// <summary>The hints as texts of a length that can be sent; what would be too many becomes one.</summary>
    public static IReadOnlyList<string> Write(IReadOnlyList<InboxHint> hints)
    {
        var texts = new List<string>();
        var text = new StringBuilder();
        foreach (var line in hints.Select(Write))
        {
            if (line.Length > MaxLength)
            {
                return [Write(new InboxHint.Lost())];
            }

            if (text.Length + 1 + line.Length > MaxLength)
            {
                texts.Add(text.ToString());
                text.Clear();
            }

            text.Append(text.Length > 0 ? "\n" : "").Append(line);
        }

        texts.Add(text.ToString());
        return texts.Count > MaxMessages ? [Write(new InboxHint.Lost())] : texts;
    }

    /// <summary>Reads lines.</summary>
    public static IReadOnlyList<HintText> Read(IEnumerable<string> texts) => [.. texts.SelectMany(text => text.Split('\n')).Select(Read).OfType<HintText>()];

    private static string Write(InboxHint hint) => hint switch
    {
        InboxHint.Stored stored => Line("event", stored.Entry.Id),
        InboxHint.Settled settled => Line("delivery", settled.Delivery.EventId, settled.Delivery.Handler),
        InboxHint.Changed changed => Line("condition", changed.Condition.Kind.Value, changed.Condition.Subject, changed.Change, Instant.ToMilliseconds(changed.At)),
        InboxHint.Replayed replayed => Line("replay", replayed.Count, replayed.Filter.Handler, replayed.Filter.EventId),
        InboxHint.Discarded discarded => Line("discard", discarded.Count, discarded.Filter.Handler, discarded.Filter.EventId),
        InboxHint.Paused { By: { } by } paused => Line("pause", paused.Handler, by),
        InboxHint.Paused resumed => Line("resume", resumed.Handler),
        _ => Line("lost"),
    };

    private static string Line(params object?[] fields) =>
        string.Join(' ', fields.Select(field => Uri.EscapeDataString(Convert.ToString(field, CultureInfo.InvariantCulture) ?? "")));

    private static HintText? Read(string line) => line.Split(' ').Select(Uri.UnescapeDataString).ToArray() switch
    {
        ["event", var id] when WebhookEventId.TryParse(id, out var parsed) => new OfEvent(parsed),
        ["delivery", var id, var handler] when WebhookEventId.TryParse(id, out var parsed) => new OfDelivery(parsed, handler),
        ["condition", var kind, var subject, var change, var at] when Enum.TryParse<ConditionChange>(change, out var parsed) && TryParse(at, out var milliseconds) =>
            new OfCondition(kind, subject, parsed, Instant.FromMilliseconds(milliseconds)),
        ["replay", var count, var handler, var id] when TryParse(count, out var number) => new Whole(new InboxHint.Replayed(Filter(handler, id), (int)number)),
        ["discard", var count, var handler, var id] when TryParse(count, out var number) => new Whole(new InboxHint.Discarded(Filter(handler, id), (int)number)),
        ["pause", var handler, var by] => new Whole(new InboxHint.Paused(handler, by)),
        ["resume", var handler] => new Whole(new InboxHint.Paused(handler, null)),
        ["lost"] => new OfLost(),
        _ => null,
    };

    private static bool TryParse(string text, out long number) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    private static DeliveryFilter Filter(string handler, string id) => new()
    {
        Handler = handler.Length > 0 ? handler : null,
        EventId = WebhookEventId.TryParse(id, out var parsed) ? parsed : null,
    };
}
