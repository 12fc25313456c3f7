using System.Security.Cryptography;
using System.Text;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Keys;
using ThunderStack.Webhooks.Signatures;

namespace ThunderStack.Webhooks.NativeApp;

/// <summary>An event's way through an inbox: verified, stored, a duplicate, claimed, settled, found again.</summary>
internal static class RoundTrip
{
    private const string Handler = "only";

    public static async Task RunAsync(string name, IInbox inbox, IInboxAdministration administration)
    {
        using var rsa = RSA.Create(2048);
        var key = PublicKeyPolicy.Parse(rsa.ExportSubjectPublicKeyInfoPem()).Key!;
        var now = TimeProvider.System.GetUtcNow();
        var body = Encoding.UTF8.GetBytes(
            $$$"""{"eventType":"NODE_STATUS_UPDATED","eventTimestamp":"{{{now:O}}}","details":{"nodeId":"node-a","status":"RUNNING"},"nodeId":"node-a"}""");
        var signature = rsa.SignData(body, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        Expect(name, SignatureVerifier.Verify(body, signature, key).Kind == SignatureVerdictKind.Authentic, "the signature is valid");

        var entry = new InboxEntry
        {
            Id = WebhookEventId.Create(now, SHA256.HashData(body)),
            NodeId = new NodeId("node-a"),
            EventType = NodeStatusUpdated.TypeName,
            Status = NodeStatus.Running,
            Timestamp = now,
            ReceivedAt = now,
            Body = body,
            Signature = signature,
            Key = key.Fingerprint,
        };
        await inbox.RegisterHandlersAsync([Handler], DeliveryOrdering.PerNode, CancellationToken.None);
        Expect(name, (await inbox.AppendAsync(entry, key, CancellationToken.None)).Outcome == AppendOutcome.Stored, "it is stored");
        Expect(name, (await inbox.AppendAsync(entry, key, CancellationToken.None)).Outcome == AppendOutcome.Duplicate, "it is a duplicate");

        var delivery = (await inbox.ClaimAsync(Handler, 1, CancellationToken.None))[0];
        Expect(name, delivery.Entry is { EventType: NodeStatusUpdated.TypeName, Status: not null }, "its payload is read");
        await inbox.SettleAsync(delivery, new Settlement(DeliveryOutcome.Succeeded, now), CancellationToken.None);
        var record = (await administration.ListDeliveriesAsync(entry.Id, CancellationToken.None))[0];
        Expect(name, record.State == DeliveryState.Succeeded, "it is handled");
        Console.WriteLine($"{name}: appended, claimed, settled");
    }

    private static void Expect(string name, bool holds, string what)
    {
        if (!holds)
        {
            throw new InvalidOperationException($"{name}: expected that {what}.");
        }
    }
}
