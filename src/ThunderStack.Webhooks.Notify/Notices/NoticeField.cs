namespace ThunderStack.Webhooks.Notify.Notices;

/// <summary>A named value below a message's text, each on one line.</summary>
internal sealed record NoticeField(string Name, string Value)
{
    public string Name { get; } = NoticeText.Line(Name);

    public string Value { get; } = NoticeText.Line(Value);
}
