using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Keys;
using ThunderStack.Webhooks.Signatures;

namespace ThunderStack.Webhooks.Management.Events;

/// <summary>Checks the stored signature of an event again, with the stored key.</summary>
internal sealed class EventVerifier(IInboxAdministration inbox)
{
    public async Task<VerificationView> VerifyAsync(InboxEntry entry, CancellationToken cancellationToken)
    {
        if (entry.Source != EventSource.Webhook || entry.Key is not { } fingerprint)
        {
            return new VerificationView(false, null, "Nobody has signed this event: it was not sent by ThunderStack.");
        }

        if (entry.Body.IsEmpty)
        {
            return new VerificationView(false, fingerprint.Value, "Retention has removed the body and the signature.");
        }

        if (!(await inbox.ListKeysAsync(cancellationToken)).TryGetValue(fingerprint, out var stored))
        {
            return new VerificationView(false, fingerprint.Value, "The key that verified it is not stored.");
        }

        var judged = PublicKeyPolicy.ParseDer(stored);
        if (!judged.IsAdmitted || judged.Key.Fingerprint != fingerprint)
        {
            return new VerificationView(false, fingerprint.Value, "The stored key is not the one that verified it.");
        }

        var verdict = SignatureVerifier.Verify(entry.Body.Span, entry.Signature.Span, judged.Key);
        return verdict.Kind != SignatureVerdictKind.Authentic ? new VerificationView(false, fingerprint.Value, "The signature does not match the body: one of them was changed.")
            : WebhookEventId.Create(entry.Timestamp, verdict.BodyHash.Span) != entry.Id ? new VerificationView(false, fingerprint.Value, "The body is that of another event: its id does not follow from it.")
            : new VerificationView(true, fingerprint.Value, "The key made this signature over this body.");
    }
}
