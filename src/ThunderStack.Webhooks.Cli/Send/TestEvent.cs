using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace ThunderStack.Webhooks.Cli.Send;

/// <summary>A NODE_STATUS_UPDATED as the cloud documents it.</summary>
/// <param name="NodeId">The node.</param>
/// <param name="Status">Its new status.</param>
/// <param name="At">When it changed.</param>
internal sealed record TestEvent(string NodeId, string Status, DateTimeOffset At)
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The body, with its members in the documented order.</summary>
    public byte[] ToBody() => JsonSerializer.SerializeToUtf8Bytes(
        new
        {
            eventType = "NODE_STATUS_UPDATED",
            eventTimestamp = At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
            details = new { nodeId = NodeId, status = Status },
            nodeId = NodeId,
        },
        Plain);
}
