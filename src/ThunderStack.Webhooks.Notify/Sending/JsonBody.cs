using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ThunderStack.Webhooks.Notify.Sending;

/// <summary>Writes the JSON of a message: as short as it can be, because platforms count bytes.</summary>
internal static class JsonBody
{
    // Sent as application/json, and never put into a page: nothing but JSON's own rules has to be escaped.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] Write(JsonObject message) => Write(json => message.WriteTo(json));

    public static byte[] Write(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            write(json);
        }

        return buffer.WrittenSpan.ToArray();
    }
}
