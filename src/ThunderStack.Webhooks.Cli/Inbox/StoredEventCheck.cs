using System.Security.Cryptography;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Keys;

namespace ThunderStack.Webhooks.Cli.Inbox;

/// <summary>Whether a stored event is still the one that was accepted.</summary>
internal static class StoredEventCheck
{
    /// <summary>What is wrong with it, or <see langword="null"/>.</summary>
    /// <param name="entry">A webhook, with its body.</param>
    /// <param name="keys">The keys at hand.</param>
    public static string? ProblemOf(InboxEntry entry, IReadOnlyDictionary<KeyFingerprint, WebhookPublicKey> keys)
    {
        if (entry.Key is not { } fingerprint || !keys.TryGetValue(fingerprint, out var key))
        {
            return "the key it was accepted with is missing or is not a key any more";
        }

        var hash = SHA256.HashData(entry.Body.Span);
        return !key.Verify(hash, entry.Signature.Span) ? "the signature does not match the body: one of them was changed"
            : WebhookEventId.Create(entry.Timestamp, hash) != entry.Id ? "the id is not that of the body and the time"
            : ContentProblemOf(entry);
    }

    private static string? ContentProblemOf(InboxEntry entry)
    {
        var read = EventPayloadReader.Read(entry.Body);
        return !read.IsValid ? $"the body is not the contract: {read.Problem}"
            : read.Payload.NodeId != entry.NodeId ? "the node is not the one in the body"
            : read.Payload.EventType != entry.EventType ? "the type is not the one in the body"
            : read.Payload.Status != entry.Status ? "the status is not the one in the body"
            : read.Payload.TimestampText != entry.TimestampText ? "the time is not the one in the body"
            : null;
    }
}
