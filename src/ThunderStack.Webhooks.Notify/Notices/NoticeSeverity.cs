namespace ThunderStack.Webhooks.Notify.Notices;

/// <summary>How a message looks.</summary>
internal enum NoticeSeverity
{
    Critical,
    Warning,
    Info,
    Recovered,
}
