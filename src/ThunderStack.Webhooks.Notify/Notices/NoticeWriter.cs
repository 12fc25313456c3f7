using System.Text.RegularExpressions;
using ThunderStack.Webhooks.Dispatch;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Nodes;
using P = ThunderStack.Webhooks.Notify.Notices.NoticePlaceholders;

namespace ThunderStack.Webhooks.Notify.Notices;

/// <summary>Says in words what an event means.</summary>
/// <param name="nodes">The names that people gave to nodes.</param>
/// <param name="publicUrl">Where the receiver's pages are; <see langword="null"/>: messages have no link.</param>
internal sealed partial class NoticeWriter(NodeDirectory nodes, Uri? publicUrl)
{
    // So that a long name does not push what happened out of a title.
    private const int LongestName = 80;
    private const int ShownDigits = 10;

    public Notice Write(WebhookEvent webhookEvent, DeliveryContext context, NoticePast past)
    {
        var at = webhookEvent.Timestamp ?? context.ReceivedAt;
        var id = context.EventId.ToString();
        var link = publicUrl is null ? null : new Uri($"{publicUrl.AbsoluteUri.TrimEnd('/')}/events/{id}");
        var values = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [P.NodeId] = webhookEvent.NodeId.Value,
            [P.Time] = at.UtcDateTime.ToString("O"),
            [P.EventId] = id,
            [P.EventType] = webhookEvent.EventType,
            [P.Source] = webhookEvent.Source.ToString().ToLowerInvariant(),
            [P.Link] = link?.AbsoluteUri ?? "",
        };
        var words = webhookEvent switch
        {
            NodeStatusUpdated update => Of(update, at, past, values),
            ConditionChanged condition => Of(condition, at, values),
            _ => Of(webhookEvent),
        };
        if (past.Untold.Count > 0)
        {
            words.Lines.Add($"This message was late. Before it, and not told: {string.Join(", ", past.Untold)}.");
        }

        words.Fields.Add(new NoticeField("Time", NoticeTime.Of(at)));
        words.Fields.Add(new NoticeField("Event", id[^ShownDigits..]));
        var notice = new Notice
        {
            Title = words.Title,
            Text = string.Join('\n', words.Lines),
            Severity = words.Severity,
            Fields = words.Fields,
            Link = link,
            Node = words.Subject,
            EventId = context.EventId,
            At = at,
            Values = values,
        };
        values[P.Title] = notice.Title;
        values[P.Text] = notice.Text;
        values[P.Node] = notice.Node;
        values[P.Severity] = notice.Severity.ToString().ToLowerInvariant();
        foreach (var (name, value) in values.ToList())
        {
            values[name] = NoticeText.Lines(value);
        }

        return notice;
    }

    /// <summary>An event in a few words, for a list of those that were not told.</summary>
    public static string Brief(WebhookEvent webhookEvent, DateTimeOffset at) => webhookEvent switch
    {
        NodeStatusUpdated update => $"{update.Status} ({NoticeTime.Of(at)})",
        ConditionChanged condition => $"{condition.Kind} {condition.Change.ToString().ToLowerInvariant()} ({NoticeTime.Of(at)})",
        _ => $"{webhookEvent.EventType} ({NoticeTime.Of(at)})",
    };

    private Words Of(NodeStatusUpdated update, DateTimeOffset at, NoticePast past, Dictionary<string, string> values)
    {
        values[P.Status] = update.Status.Value;
        var name = NameOf(update.NodeId.Value);
        var (does, severity) = update.Status switch
        {
            _ when update.Status == NodeStatus.Failed => ("has failed", NoticeSeverity.Critical),
            _ when update.Status == NodeStatus.Running => ("is running", NoticeSeverity.Recovered),
            _ when update.Status == NodeStatus.Paused => ("is paused", NoticeSeverity.Info),
            _ when update.Status == NodeStatus.Starting => ("is starting", NoticeSeverity.Info),
            _ when update.Status == NodeStatus.InProgress => ("is being changed", NoticeSeverity.Info),
            _ when update.Status == NodeStatus.Destroying => ("is being destroyed", NoticeSeverity.Info),
            _ when update.Status == NodeStatus.Destroyed => ("is destroyed", NoticeSeverity.Info),
            _ => ($"is {update.Status}", NoticeSeverity.Info),
        };
        var words = new Words($"Node {NoticeText.Fit(name, LongestName)} {does}", severity, name);
        if (update.Status == NodeStatus.Running && past.FailedSince is { } since && at > since)
        {
            values[P.Since] = since.UtcDateTime.ToString("O");
            values[P.Duration] = NoticeTime.Of(at - since);
            words.Lines.Add($"It was down for {values[P.Duration]}.");
        }

        if (update.Source == EventSource.Reconciled)
        {
            words.Lines.Add("The cloud says so; its webhook never came.");
        }

        words.Fields.Add(new NoticeField("Node", nodes.DisplayNameOf(update.NodeId)));
        words.Fields.Add(new NoticeField("Status", update.Status.Value));
        return words;
    }

    private Words Of(ConditionChanged condition, DateTimeOffset at, Dictionary<string, string> values)
    {
        var open = NoticeTime.Of(at - condition.Since);
        var kind = Hump().Replace(condition.Kind.Value, match => $" {match.Value.ToLowerInvariant()}");
        var subject = condition.Subject == condition.NodeId.Value ? NameOf(condition.Subject) : condition.Subject;
        var what = $"{kind}: {NoticeText.Fit(subject, LongestName)}";
        values[P.Condition] = condition.Kind.Value;
        values[P.Change] = condition.Change.ToString().ToLowerInvariant();
        values[P.Message] = condition.Message;
        values[P.Remedy] = condition.Remedy ?? "";
        values[P.Since] = condition.Since.UtcDateTime.ToString("O");
        values[P.Duration] = open;
        var words = condition.Change switch
        {
            ConditionChange.Closed => new Words($"Closed: {what}", NoticeSeverity.Recovered, subject),
            ConditionChange.Reminded => new Words($"Still open: {what}", SeverityOf(condition), subject),
            _ => new Words(what, SeverityOf(condition), subject),
        };
        words.Lines.Add(condition.Message);
        if (condition.Change != ConditionChange.Opened)
        {
            words.Lines.Add(condition.Change == ConditionChange.Closed ? $"It was open for {open}." : $"It has been open for {open}.");
        }

        if (condition.Remedy is { Length: > 0 } remedy && condition.Change != ConditionChange.Closed)
        {
            words.Lines.Add(remedy);
        }

        words.Fields.Add(new NoticeField("Subject", condition.Subject == condition.NodeId.Value ? nodes.DisplayNameOf(condition.NodeId) : condition.Subject));
        words.Fields.Add(new NoticeField("Condition", condition.Kind.Value));
        words.Fields.Add(new NoticeField("Since", NoticeTime.Of(condition.Since)));
        return words;
    }

    private Words Of(WebhookEvent other)
    {
        var name = NameOf(other.NodeId.Value);
        var words = new Words($"{NoticeText.Fit(other.EventType, LongestName)}: {NoticeText.Fit(name, LongestName)}", NoticeSeverity.Info, name);
        words.Fields.Add(new NoticeField("Node", nodes.DisplayNameOf(other.NodeId)));
        return words;
    }

    private string NameOf(string nodeId) =>
        nodes.Nodes.FirstOrDefault(node => node.NodeId == nodeId)?.Name is { } name && !string.IsNullOrWhiteSpace(name) ? name : nodeId;

    private static NoticeSeverity SeverityOf(ConditionChanged condition) => condition.Severity switch
    {
        ConditionSeverity.Critical => NoticeSeverity.Critical,
        ConditionSeverity.Warning => NoticeSeverity.Warning,
        _ => NoticeSeverity.Info,
    };

    [GeneratedRegex("(?<=[a-z])[A-Z]")]
    private static partial Regex Hump();

    private sealed record Words(string Title, NoticeSeverity Severity, string Subject)
    {
        public List<string> Lines { get; } = [];

        public List<NoticeField> Fields { get; } = [];
    }
}
