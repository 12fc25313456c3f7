using System.Text.Json;
using ThunderStack.Webhooks.Actions;
using ThunderStack.Webhooks.Inbox;

namespace ThunderStack.Webhooks.Events;

/// <summary>A handler is about to do something to a node; stored before it is done.</summary>
public sealed record NodeActionStarted : WebhookEvent
{
    internal const string TypeName = "NODE_ACTION_STARTED";

    /// <summary>What is done: <c>unlock</c>.</summary>
    public required string Action { get; init; }

    /// <summary>The name of the handler that does it.</summary>
    public required string Handler { get; init; }

    /// <summary>The event that it is done for.</summary>
    public required WebhookEventId TriggerId { get; init; }

    /// <summary>Which of the node's actions this is, from 1.</summary>
    public required int Number { get; init; }

    /// <summary>Reads a stored event of this type.</summary>
    /// <param name="entry">The event.</param>
    /// <exception cref="Exception">It is not one.</exception>
    public static NodeActionStarted Read(InboxEntry entry)
    {
        using var body = JsonDocument.Parse(entry.Body);
        var action = body.RootElement.GetProperty("action"u8);
        return new NodeActionStarted
        {
            Id = entry.Id,
            Source = entry.Source,
            EventType = entry.EventType,
            NodeId = entry.NodeId,
            Timestamp = entry.Timestamp,
            Action = action.GetProperty("name"u8).GetString()!,
            Handler = action.GetProperty("handler"u8).GetString()!,
            TriggerId = WebhookEventId.TryParse(action.GetProperty("trigger"u8).GetString(), out var trigger)
                ? trigger
                : throw new InvalidDataException("its trigger is no event id."),
            Number = action.GetProperty("number"u8).GetInt32(),
        };
    }

    /// <summary>The event that tells of an action: a store appends it in the transaction that begins the action.</summary>
    /// <param name="action">The action.</param>
    public static InboxEntry Write(NodeAction action)
    {
        ArgumentNullException.ThrowIfNull(action);
        return ObservedEvent.Write(TypeName, action.NodeId, action.StartedAt, json =>
        {
            json.WriteStartObject("action"u8);
            json.WriteString("name"u8, action.Name);
            json.WriteString("handler"u8, action.Handler);
            json.WriteString("trigger"u8, action.TriggerId.ToString());
            json.WriteNumber("number"u8, action.Number);
            json.WriteEndObject();
        });
    }
}
