using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace ThunderStack.Webhooks.Testing;

/// <summary>One webhook as the cloud would send it, and every way to spoil it.</summary>
/// <example><c>SignedDelivery.Valid().ForNode("node-a").WithStatus("FAILED").WithTamperedBody()</c></example>
public sealed record SignedDelivery
{
    public const string DefaultNodeId = "node-a";
    public const string SignatureHeader = "X-ThunderStack-Signature";

    private byte[]? _exactBody;
    private string? _exactSignature;
    private bool _tamperBody;

    public string NodeId { get; init; } = DefaultNodeId;

    public string Status { get; init; } = "RUNNING";

    public string EventType { get; init; } = "NODE_STATUS_UPDATED";

    public string Timestamp { get; init; } = "2024-11-06T12:00:00Z";

    public TestKey Key { get; init; } = TestKey.Default;

    /// <summary>The bytes that go over the wire.</summary>
    public byte[] Body
    {
        get
        {
            var body = SignedBody;
            if (_tamperBody)
            {
                body = [.. body];
                body[^3] ^= 1;
            }

            return body;
        }
    }

    /// <summary>The header value that goes over the wire; <see langword="null"/> for none.</summary>
    public string? Signature => HasSignature ? _exactSignature ?? Convert.ToBase64String(Key.Sign(SignedBody)) : null;

    public bool HasSignature { get; init; } = true;

    private byte[] SignedBody => _exactBody ?? Encoding.UTF8.GetBytes(
        $$"""{"eventType":{{Json(EventType)}},"eventTimestamp":{{Json(Timestamp)}},"details":{"nodeId":{{Json(NodeId)}},"status":{{Json(Status)}}},"nodeId":{{Json(NodeId)}}}""");

    public static SignedDelivery Valid() => new();

    public SignedDelivery ForNode(string nodeId) => this with { NodeId = nodeId };

    public SignedDelivery WithStatus(string status) => this with { Status = status };

    public SignedDelivery OfType(string eventType) => this with { EventType = eventType };

    public SignedDelivery At(string timestamp) => this with { Timestamp = timestamp };

    public SignedDelivery At(DateTimeOffset timestamp) => this with { Timestamp = timestamp.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'") };

    /// <summary>Signs with this key.</summary>
    public SignedDelivery SignedBy(TestKey key) => this with { Key = key };

    /// <summary>Signs and sends exactly these bytes.</summary>
    public SignedDelivery WithBody(byte[] body) => this with { _exactBody = body };

    /// <inheritdoc cref="WithBody(byte[])"/>
    public SignedDelivery WithBody(string body) => WithBody(Encoding.UTF8.GetBytes(body));

    /// <summary>Changes one bit of the body after signing.</summary>
    public SignedDelivery WithTamperedBody() => this with { _tamperBody = true };

    /// <summary>Sends this text as the signature.</summary>
    public SignedDelivery WithSignature(string signature) => this with { _exactSignature = signature };

    public SignedDelivery WithoutSignature() => this with { HasSignature = false };

    /// <summary>The request to POST to <paramref name="path"/>.</summary>
    public HttpRequestMessage ToRequest(string path = "/webhooks/thunderstack")
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(Body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        if (Signature is { } signature)
        {
            request.Headers.TryAddWithoutValidation(SignatureHeader, signature);
        }

        return request;
    }

    private static string Json(string value) => JsonSerializer.Serialize(value);
}
