using ThunderStack.Webhooks.Inbox;

namespace ThunderStack.Webhooks.Events;

/// <summary>The typed events, by the name that <c>eventType</c> has for them.</summary>
internal sealed class EventTypes
{
    private readonly Dictionary<string, Func<InboxEntry, WebhookEvent>> _types = new(StringComparer.Ordinal);

    public EventTypes()
    {
        Add(NodeStatusUpdated.TypeName, NodeStatusUpdated.Read);
        Add(NodeActionStarted.TypeName, NodeActionStarted.Read);
        foreach (var name in ConditionChanged.TypeNames)
        {
            Add(name, ConditionChanged.Read);
        }
    }

    /// <exception cref="ArgumentException">The name is empty, or that of another type.</exception>
    public void Add(string name, Func<InboxEntry, WebhookEvent> read)
    {
        if (string.IsNullOrWhiteSpace(name) || !_types.TryAdd(name, read))
        {
            throw new ArgumentException($"The event type \"{name}\" has no name or that of another one.", nameof(name));
        }
    }

    /// <summary>The event as handlers see it.</summary>
    /// <exception cref="InvalidDataException">It is of a type that is known, and cannot be read as one.</exception>
    public WebhookEvent Read(InboxEntry entry)
    {
        if (!_types.TryGetValue(entry.EventType, out var read))
        {
            return new UnknownWebhookEvent { Id = entry.Id, Source = entry.Source, EventType = entry.EventType, NodeId = entry.NodeId, Timestamp = entry.Timestamp };
        }

        try
        {
            return read(entry);
        }
        catch (Exception exception)
        {
            throw new InvalidDataException($"An event of type {entry.EventType} cannot be read as one: {exception.Message}", exception);
        }
    }
}
