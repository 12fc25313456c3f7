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

    /// <summary>
    /// Status events, and conditions that need a person. That a node failed or was paused is a status event already: its condition is
    /// told again only as a reminder.
    /// </summary>
    public bool Tells(WebhookEvent webhookEvent) => isFiltered || webhookEvent switch
    {
        NodeStatusUpdated => true,
        ConditionChanged { Severity: ConditionSeverity.Info } => false,
        ConditionChanged { Kind.Value: "NodeFailed" or "NodePaused", Change: not ConditionChange.Reminded } => false,
        ConditionChanged => true,
        _ => false,
    };

    public Notice Apply(Notice notice) => notice with
    {
        Title = title?.Fill(notice.Values) ?? notice.Title,
        Text = text?.Fill(notice.Values) ?? notice.Text,
    };

    private static string? Judge(string value) => Setting.JudgeText(value) ?? NoticeTemplate.Problem(value);
}
