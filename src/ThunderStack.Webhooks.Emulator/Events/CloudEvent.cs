using System.Globalization;
using System.Text.Json;

namespace ThunderStack.Webhooks.Emulator.Events;

/// <summary>An event as the cloud documents it.</summary>
/// <param name="NodeId">The node.</param>
/// <param name="Type">The event's type.</param>
/// <param name="Status">The node's new status; <see langword="null"/> for an event type without one.</param>
/// <param name="At">When it happened.</param>
internal sealed record CloudEvent(string NodeId, string Type, string? Status, DateTimeOffset At)
{
    public const string NodeStatusUpdated = "NODE_STATUS_UPDATED";

    /// <summary>The body, with its members in the documented order.</summary>
    public byte[] ToBody() => JsonSerializer.SerializeToUtf8Bytes(new
    {
        eventType = Type,
        eventTimestamp = At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
        details = Details(),
        nodeId = NodeId,
    });

    private object Details() => Status is null ? new { nodeId = NodeId } : new { nodeId = NodeId, status = Status };
}
