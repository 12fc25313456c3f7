using System.Text;
using System.Text.RegularExpressions;
using ThunderStack.Webhooks.Configuration;
using ThunderStack.Webhooks.Dispatch;
using ThunderStack.Webhooks.Events;

namespace ThunderStack.Webhooks.RabbitMq;

/// <summary>A routing key with placeholders.</summary>
/// <param name="template">As it is written, with <c>{nodeId}</c> and <c>{eventType}</c>.</param>
internal sealed partial class RoutingKey(string template)
{
    public const string Default = "{nodeId}";

    // AMQP 0-9-1: a short string.
    private const int MaxBytes = 255;

    /// <summary>What is wrong with one that was written; <see langword="null"/> when nothing is.</summary>
    public static string? Judge(string value) => Setting.Text("RoutingKey").Judge(value)
        ?? (Placeholder().Replace(value, "").AsSpan().ContainsAny('{', '}') ? "has a brace that belongs to no placeholder: write {nodeId} or {eventType}"
            : Encoding.UTF8.GetByteCount(value) > MaxBytes ? $"is longer than {MaxBytes} bytes"
            : null);

    /// <summary>The key of an event.</summary>
    /// <exception cref="DeadLetterException">It is longer than a routing key can be.</exception>
    public string Of(WebhookEvent webhookEvent)
    {
        // In one pass: what a node is called is not read for placeholders.
        var key = Placeholder().Replace(template, match => match.ValueSpan is "{nodeId}" ? webhookEvent.NodeId.ToString() : webhookEvent.EventType);
        return Encoding.UTF8.GetByteCount(key) <= MaxBytes
            ? key
            : throw new DeadLetterException($"The routing key of this event is longer than {MaxBytes} bytes.");
    }

    [GeneratedRegex(@"\{(nodeId|eventType)\}")]
    private static partial Regex Placeholder();
}
