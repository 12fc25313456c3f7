using System.Globalization;
using System.Text.Json;
using ThunderStack.Webhooks.Inbox;

namespace ThunderStack.Webhooks.Events;

/// <summary>
/// Something needs a person, still does, or no longer does. Its <see cref="WebhookEvent.NodeId"/> is the node that it is about; of a
/// condition that is about no node it is empty.
/// </summary>
public sealed record ConditionChanged : WebhookEvent
{
    private const string OpenedName = "CONDITION_OPENED";
    private const string ClosedName = "CONDITION_CLOSED";
    private const string RemindedName = "CONDITION_REMINDED";

    /// <summary>What is the matter.</summary>
    public required ConditionKind Kind { get; init; }

    /// <summary>With what: the id of a node, the name of a handler, both as <c>handler/node</c>, or <c>receiver</c>.</summary>
    public required string Subject { get; init; }

    /// <summary>What happened.</summary>
    public required ConditionChange Change { get; init; }

    /// <summary>Since when the condition holds, or held.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>How urgent it is.</summary>
    public required ConditionSeverity Severity { get; init; }

    /// <summary>What is the matter, in a sentence.</summary>
    public required string Message { get; init; }

    /// <summary>What to do, in a sentence; <see langword="null"/> when there is nothing general to say.</summary>
    public string? Remedy { get; init; }

    /// <summary>
    /// Whether people are not told of it: it has just opened and may end by itself, or it has ended before anybody was told.
    /// </summary>
    /// <value>As <c>ThunderStack:Conditions:TellAfter</c> says. What is still open after that is told as <see cref="ConditionChange.Reminded"/>.</value>
    public bool IsQuiet { get; init; }

    /// <summary>The values of <c>eventType</c>.</summary>
    public static IReadOnlyList<string> TypeNames { get; } = [OpenedName, ClosedName, RemindedName];

    /// <summary>Reads a stored event of one of the condition types.</summary>
    /// <param name="entry">The event.</param>
    /// <exception cref="Exception">It is not one.</exception>
    public static ConditionChanged Read(InboxEntry entry)
    {
        using var body = JsonDocument.Parse(entry.Body);
        var condition = body.RootElement.GetProperty("condition"u8);
        return new ConditionChanged
        {
            Id = entry.Id,
            Source = entry.Source,
            EventType = entry.EventType,
            NodeId = entry.NodeId,
            Timestamp = entry.Timestamp,
            Change = entry.EventType switch
            {
                OpenedName => ConditionChange.Opened,
                ClosedName => ConditionChange.Closed,
                _ => ConditionChange.Reminded,
            },
            Kind = new ConditionKind(Text("kind")),
            Subject = Text("subject"),
            Since = condition.GetProperty("since"u8).GetDateTimeOffset(),
            Severity = Enum.Parse<ConditionSeverity>(Text("severity"), ignoreCase: true),
            Message = Text("message"),
            Remedy = condition.TryGetProperty("remedy"u8, out var remedy) ? remedy.GetString() : null,
            IsQuiet = condition.TryGetProperty("quiet"u8, out var quiet) && quiet.GetBoolean(),
        };

        string Text(string name) => condition.GetProperty(name).GetString() ?? throw new InvalidDataException($"it has no {name}.");
    }

    /// <summary>The event that tells of a change: a store appends it in the transaction that keeps the change.</summary>
    /// <param name="condition">The condition.</param>
    /// <param name="change">What happened.</param>
    /// <param name="at">When.</param>
    public static InboxEntry Write(Conditions.Condition condition, ConditionChange change, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(condition);
        var type = change switch
        {
            ConditionChange.Opened => OpenedName,
            ConditionChange.Closed => ClosedName,
            _ => RemindedName,
        };
        return ObservedEvent.Write(type, condition.NodeId, at, json =>
        {
            json.WriteStartObject("condition"u8);
            json.WriteString("kind"u8, condition.Kind.Value);
            json.WriteString("subject"u8, condition.Subject);
            json.WriteString("since"u8, condition.Since);
            json.WriteString("severity"u8, condition.Severity.ToString().ToLower(CultureInfo.InvariantCulture));
            json.WriteString("message"u8, condition.Message);
            if (condition.Remedy is { } remedy)
            {
                json.WriteString("remedy"u8, remedy);
            }

            if (condition.QuietUntil is not null && change != ConditionChange.Reminded)
            {
                json.WriteBoolean("quiet"u8, true);
            }

            json.WriteEndObject();
        });
    }
}
