using System.Text;
using System.Text.Json.Serialization;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Inbox;

namespace ThunderStack.Webhooks.Cli.Inbox;

/// <summary>A stored event with everything that is kept of it.</summary>
/// <param name="Event">What is listed of it.</param>
/// <param name="Body">The exact body, as text.</param>
/// <param name="BodyBase64">The exact body.</param>
/// <param name="Signature">The header's value; null for a reconciled event.</param>
/// <param name="Deliveries">How its deliveries stand.</param>
internal sealed record EventDetailView(
    EventView Event, string Body, string BodyBase64, string? Signature, IReadOnlyList<DeliveryView> Deliveries)
{
    /// <summary>Its id.</summary>
    [JsonIgnore]
    public WebhookEventId Id => WebhookEventId.TryParse(Event.EventId, out var id) ? id : throw new FormatException($"{Event.EventId} is no event's id.");

    public static EventDetailView Of(InboxEntry entry, IEnumerable<DeliveryRecord> deliveries) => new(
        EventView.Of(entry),
        Encoding.UTF8.GetString(entry.Body.Span),
        Convert.ToBase64String(entry.Body.Span),
        entry.Signature.IsEmpty ? null : Convert.ToBase64String(entry.Signature.Span),
        [.. deliveries.Select(DeliveryView.Of)]);
}
