using ThunderStack.Webhooks.Events;

namespace ThunderStack.Webhooks.Notify.Notices;

/// <summary>What a person is told, whatever the platform.</summary>
internal sealed record Notice
{
    /// <summary>What happened, in a line; never empty, which platforms refuse.</summary>
    public required string Title { get; init => field = NoticeText.Line(value) is { Length: > 0 } line ? line : "ThunderStack"; }

    /// <summary>What more there is to say.</summary>
    public required string Text { get; init => field = NoticeText.Lines(value); }

    public required NoticeSeverity Severity { get; init; }

    public required IReadOnlyList<NoticeField> Fields { get; init; }

    /// <summary>Where the event can be looked at.</summary>
    public Uri? Link { get; init; }

    /// <summary>The node that it is about, or the subject of a condition that is about none.</summary>
    public required string Node { get; init => field = NoticeText.Line(value); }

    public required WebhookEventId EventId { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>What the placeholders of a template stand for.</summary>
    public required IReadOnlyDictionary<string, string> Values { get; init; }
}
