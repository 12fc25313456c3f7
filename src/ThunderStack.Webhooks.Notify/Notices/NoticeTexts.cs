using ThunderStack.Webhooks.Configuration;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Handlers;

namespace ThunderStack.Webhooks.Notify.Notices;

/// <summary>What a notifier tells, and in whose words.</summary>
/// <param name="title">The title's template; <see langword="null"/>: as written.</param>
/// <param name="text">The text's template; <see langword="null"/>: as written.</param>
/// <param name="isFiltered">Whether its settings say what it is to tell, so that nothing is left out here.</param>
internal sealed class NoticeTexts(NoticeTemplate? title, NoticeTemplate? text, bool isFiltered)
{
    public static readonly IReadOnlyList<Setting> Settings =
    [
        new("Title", null, Judge),
        new("Text", null, Judge),
    ];

    public static NoticeTexts Of(HandlerSettings settings) =>
        new(NoticeTemplate.Of(settings["Title"]), NoticeTemplate.Of(settings["Text"]), settings.List("When").Count > 0);

    /// <summary>What nodes did and what needs a person; events of other types only for whoever asks for them.</summary>
    public bool Tells(WebhookEvent webhookEvent) => isFiltered || webhookEvent is NodeStatusUpdated or ConditionChanged;

    public Notice Apply(Notice notice) => notice with
    {
        // A template of what does not apply to an event is filled with nothing.
        Title = title?.Fill(notice.Values) is { } filled && !string.IsNullOrWhiteSpace(filled) ? filled : notice.Title,
        Text = text?.Fill(notice.Values) ?? notice.Text,
    };

    private static string? Judge(string value) => Setting.JudgeText(value) ?? NoticeTemplate.Problem(value);
}
