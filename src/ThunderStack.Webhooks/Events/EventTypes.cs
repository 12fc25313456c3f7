using ThunderStack.Webhooks.Inbox;

namespace ThunderStack.Webhooks.Events;

/// <summary>
/// The events that have a class of their own: those of this package, and what <c>AddEventType</c> has added. A singleton of the
/// application's services; with it, what an inbox has stored is read as handlers see it.
/// </summary>
public sealed class EventTypes
{
    private readonly Dictionary<string, Func<InboxEntry, WebhookEvent>> _types = new(StringComparer.Ordinal);

    internal EventTypes()
    {
        Add(NodeStatusUpdated.TypeName, NodeStatusUpdated.Read);
        Add(NodeActionStarted.TypeName, NodeActionStarted.Read);
        foreach (var name in ConditionChanged.TypeNames)
        {
            Add(name, ConditionChanged.Read);
        }
    }

    /// <exception cref="ArgumentException">The name is empty, or that of another type.</exception>
    internal void Add(string name, Func<InboxEntry, WebhookEvent> read)
    {
        if (string.IsNullOrWhiteSpace(name) || !_types.TryAdd(name, read))
        {
            throw new ArgumentException($"The event type \"{name}\" has no name or that of another one.", nameof(name));
        }
    }

    /// <summary>The event as handlers see it; of a type that nothing has added, a <see cref="UnknownWebhookEvent"/>.</summary>
    /// <param name="entry">The stored event, with its body where its type reads one.</param>
    /// <exception cref="InvalidDataException">It is of a type that is known, and cannot be read as one.</exception>
    public WebhookEvent Read(InboxEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
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
