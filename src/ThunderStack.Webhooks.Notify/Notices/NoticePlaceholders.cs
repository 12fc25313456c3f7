namespace ThunderStack.Webhooks.Notify.Notices;

/// <summary>The names that templates can use. What does not apply to an event is empty.</summary>
internal static class NoticePlaceholders
{
    public static readonly IReadOnlyList<string> All =
    [
        Title, Text, Severity, Node, NodeId, Status, Condition, Change, Message, Remedy, Since, Duration, Time, EventId, EventType, Source, Link,
    ];

    public const string Title = "title";
    public const string Text = "text";
    public const string Severity = "severity";
    public const string Node = "node";
    public const string NodeId = "nodeId";
    public const string Status = "status";
    public const string Condition = "condition";
    public const string Change = "change";
    public const string Message = "message";
    public const string Remedy = "remedy";
    public const string Since = "since";
    public const string Duration = "duration";
    public const string Time = "time";
    public const string EventId = "eventId";
    public const string EventType = "eventType";
    public const string Source = "source";
    public const string Link = "link";
}
