using CsCheck;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Notify.Notices;

namespace ThunderStack.Webhooks.Notify.Tests;

/// <summary>Messages for tests, among them the worst that names and texts can be.</summary>
internal static class TestNotice
{
    private static readonly string[] Pieces =
    [
        "a", "node", " ", "\n", "\r\n", "\t", "&", "<", ">", "&amp;", "\"", "'", "\\", "*", "**", "_", "__", "~~", "`", "```", "|", "||", "#", "# ", "- ", "+ ", "1. ",
        "[a](https://evil.example)", "(", ")", "!", "{", "}", "{title}", ":smile:", "@", "@everyone", "@here", "@channel", "@durov", "<!channel>", "<!here>", "<!everyone>", "<@U012AB>",
        "<@&123>", "<@!123>", "<#C012>", "<at>Ann</at>", "<a href=\"https://evil.example\">", "<b>", "</b>", "<tg-spoiler>", "https://evil.example/x?a=b&c=d", "\0", "\u0007", "\u001b[31m",
        "\u202e", "\u202d", "\u2066", "\u2069", "\u200f", "\u061c", "\u2028", "\u2029", "\u200b", "\u200d", "\ufeff", "😀", "👩‍👩‍👧", "𝕏", "\ud83d", "\ude00", "é", "漢字", "مرحبا",
    ];

    private static readonly Gen<string> AnyPiece = Gen.Int[0, Pieces.Length - 1].Select(index => Pieces[index]);

    /// <summary>Up to about 10,000 characters of what platforms treat in a way of their own.</summary>
    public static Gen<string> WorstText { get; } =
        from count in Gen.OneOf(Gen.Int[0, 20], Gen.Int[500, 3000])
        from pieces in AnyPiece.Array[count]
        select string.Concat(pieces);

    /// <summary>Much of one thing, so that what escaping does to the length is at its most.</summary>
    public static Gen<string> SameText { get; } =
        from piece in AnyPiece
        from length in Gen.OneOf(Gen.Int[1, 300], Gen.Int[2000, 10_000])
        select string.Concat(Enumerable.Repeat(piece, (length / piece.Length) + 1));

    public static Gen<Notice> Worst { get; } =
        from texts in Gen.OneOf(WorstText, SameText).Array[4]
        from fields in Gen.Select(Gen.OneOf(WorstText, SameText), Gen.OneOf(WorstText, SameText)).Array[0, 12]
        from severity in Gen.Enum<NoticeSeverity>()
        from hasLink in Gen.Bool
        select Of(texts[0], texts[1]) with
        {
            Severity = severity,
            Fields = [.. fields.Select(field => new NoticeField(field.Item1, field.Item2))],
            Link = hasLink ? new Uri("https://ops.example.com/thunder%22stack/events/0a?b=c&d=e") : null,
        };

    public static Notice Of(string title, string text = "The text.") => new()
    {
        Title = title,
        Text = text,
        Severity = NoticeSeverity.Critical,
        Fields = [new NoticeField("Node", "node-a (alice)"), new NoticeField("Status", "FAILED")],
        Node = "alice",
        EventId = new WebhookEventId(new byte[WebhookEventId.Size]),
        At = new DateTimeOffset(2026, 1, 1, 12, 0, 0, TimeSpan.Zero),
        Values = new Dictionary<string, string>(),
    };
}
