using System.Globalization;
using System.Text.Json;
using ThunderStack.Webhooks.Dispatch;
using ThunderStack.Webhooks.Events;

namespace ThunderStack.Webhooks.Handlers;

/// <summary>
/// Writes an event as a CloudEvent in structured mode: one JSON object, whose <c>data</c> is the event's body. Its <c>id</c> is the
/// event's, the same for every attempt.
/// </summary>
/// <remarks>Source: CloudEvents 1.0.2, its JSON format, and its extension for partitioning.</remarks>
public static class CloudEvent
{
    /// <summary>The content type of what <see cref="ToJson"/> writes.</summary>
    public const string ContentType = "application/cloudevents+json; charset=utf-8";

    private const string Json = "application/json";

    /// <summary>Writes the event.</summary>
    /// <param name="webhookEvent">The event.</param>
    /// <param name="context">The attempt, which has the body.</param>
    /// <param name="source">The cloud whose nodes the event is about: <c>Cloud:BaseAddress</c>.</param>
    public static byte[] ToJson(WebhookEvent webhookEvent, DeliveryContext context, Uri source)
    {
        ArgumentNullException.ThrowIfNull(webhookEvent);
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(source);
        using var json = new MemoryStream();
        using (var writer = new Utf8JsonWriter(json))
        {
            writer.WriteStartObject();
            writer.WriteString("specversion", "1.0");
            writer.WriteString("id", context.EventId.ToString());
            writer.WriteString("source", source.AbsoluteUri);
            writer.WriteString("type", Visible(webhookEvent.EventType));
            writer.WriteString("time", TimeOf(webhookEvent.Timestamp ?? context.ReceivedAt));
            writer.WriteString("eventsource", NameOf(webhookEvent.Source));
            if (webhookEvent.NodeId.ToString() is { Length: > 0 } node)
            {
                writer.WriteString("subject", Visible(node));
                writer.WriteString("partitionkey", Visible(node));
            }

            WriteData(writer, context.Body);
            writer.WriteEndObject();
        }

        return json.ToArray();
    }

    /// <summary>Who said so, as it is written outside this process: <c>webhook</c>, <c>reconciled</c> or <c>observed</c>.</summary>
    internal static string NameOf(EventSource source) => JsonNamingPolicy.CamelCase.ConvertName(source.ToString());

    private static void WriteData(Utf8JsonWriter writer, ReadOnlyMemory<byte> body)
    {
        if (IsJson(body.Span))
        {
            // As it was signed, spaces and all.
            writer.WriteString("datacontenttype", Json);
            writer.WritePropertyName("data");
            writer.WriteRawValue(body.Span, skipInputValidation: true);
        }
        else if (!body.IsEmpty)
        {
            writer.WriteString("datacontenttype", "application/octet-stream");
            writer.WriteBase64String("data_base64", body.Span);
        }
    }

    private static bool IsJson(ReadOnlySpan<byte> body)
    {
        try
        {
            var reader = new Utf8JsonReader(body);
            while (reader.Read())
            {
            }

            return !body.IsEmpty;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static string TimeOf(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);

    // Attributes may not have control characters, which a body may.
    private static string Visible(string text) => text.Any(char.IsControl) ? string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c)) : text;
}
