using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Keys;

namespace ThunderStack.Webhooks.Testing.Inbox;

/// <summary>Makes entries as the endpoint would, without the cost of signing them.</summary>
public static class TestEntry
{
    /// <summary>When tests begin.</summary>
    public static readonly DateTimeOffset Noon = new(2024, 11, 6, 12, 0, 0, TimeSpan.Zero);

    private static int _count;

    /// <summary>The key that entries claim to be verified with.</summary>
    public static WebhookPublicKey Key { get; } = CreateKey();

    /// <summary>Another key.</summary>
    public static WebhookPublicKey OtherKey { get; } = CreateKey();

    /// <summary>An event that differs from every other, unless a body is given.</summary>
    /// <param name="node">The node.</param>
    /// <param name="status">Its status; <see langword="null"/> makes an event of another type.</param>
    /// <param name="timestamp">The event's own time; by default the time of receipt.</param>
    /// <param name="receivedAt">The time of receipt; by default <see cref="Noon"/>.</param>
    /// <param name="body">The exact body.</param>
    /// <param name="hasTimestamp">Whether the event carries a time at all.</param>
    /// <param name="signature">Its signature; by default one that is shorter than any.</param>
    public static InboxEntry Create(
        string node = "node-a",
        string? status = "RUNNING",
        DateTimeOffset? timestamp = null,
        DateTimeOffset? receivedAt = null,
        byte[]? body = null,
        bool hasTimestamp = true,
        byte[]? signature = null)
    {
        var received = receivedAt ?? Noon;
        DateTimeOffset? sent = hasTimestamp ? timestamp ?? received : null;
        var bytes = body ?? Encoding.UTF8.GetBytes($$"""{"number":{{Interlocked.Increment(ref _count)}},"node":"{{node}}"}""");
        var hash = SHA256.HashData(bytes);
        return new InboxEntry
        {
            Id = WebhookEventId.Create(sent, hash),
            NodeId = new NodeId(node),
            EventType = status is null ? "NODE_RENAMED" : NodeStatusUpdated.TypeName,
            Status = status is null ? null : new NodeStatus(status),
            TimestampText = sent?.ToString("O", CultureInfo.InvariantCulture),
            Timestamp = sent,
            ReceivedAt = received,
            Body = bytes,
            Signature = signature ?? new byte[] { 0, 1, 2, 0, 255 }.Concat(hash).ToArray(),
            Key = Key.Fingerprint,
        };
    }

    /// <summary>An event that nobody signed: the cloud's own answer.</summary>
    public static InboxEntry CreateReconciled(string node = "node-a", string status = "RUNNING", DateTimeOffset? receivedAt = null)
    {
        var body = Encoding.UTF8.GetBytes($$"""{"number":{{Interlocked.Increment(ref _count)}},"node":"{{node}}"}""");
        var received = receivedAt ?? Noon;
        return new InboxEntry
        {
            Id = WebhookEventId.Create(received, SHA256.HashData(body)),
            Source = EventSource.Reconciled,
            NodeId = new NodeId(node),
            EventType = NodeStatusUpdated.TypeName,
            Status = new NodeStatus(status),
            ReceivedAt = received,
            Body = body,
            Signature = default,
            Key = null,
        };
    }

    /// <summary>Several events of one node, in order.</summary>
    public static InboxEntry[] CreateMany(int count, string node = "node-a") =>
        [.. Enumerable.Range(0, count).Select(_ => Create(node))];

    private static WebhookPublicKey CreateKey()
    {
        using var rsa = RSA.Create(2048);
        return PublicKeyPolicy.Parse(rsa.ExportSubjectPublicKeyInfoPem()).Key!;
    }
}
