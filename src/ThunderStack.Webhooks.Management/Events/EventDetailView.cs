using System.Text;
using System.Text.Unicode;
using ThunderStack.Webhooks.Inbox;

namespace ThunderStack.Webhooks.Management.Events;

/// <summary>All that is known of an event.</summary>
/// <param name="Event">What lists show of it, too.</param>
/// <param name="TimestampText"><c>eventTimestamp</c> exactly as sent.</param>
/// <param name="KeyFingerprint">The key that verified it.</param>
/// <param name="Signature">The signature, in base64.</param>
/// <param name="Body">The body, when it is text; its exact bytes are at <c>/body</c>.</param>
/// <param name="BodyBytes">How long the body is, in bytes.</param>
/// <param name="IsBodyRemoved">Whether retention has removed it.</param>
/// <param name="Deliveries">What became of it, by handler.</param>
public sealed record EventDetailView(
    EventView Event, string? TimestampText, string? KeyFingerprint, string? Signature, string? Body, int BodyBytes, bool IsBodyRemoved,
    IReadOnlyList<EventDeliveryView> Deliveries)
{
    internal static EventDetailView Of(EventView view, InboxEntry entry, IEnumerable<EventDeliveryView> deliveries) => new(
        view,
        entry.TimestampText,
        entry.Key?.Value,
        entry.Signature.IsEmpty ? null : Convert.ToBase64String(entry.Signature.Span),
        TextOf(entry),
        entry.Body.Length,
        entry.Body.IsEmpty,
        [.. deliveries]);

    internal static string? TextOf(InboxEntry entry) =>
        !entry.Body.IsEmpty && Utf8.IsValid(entry.Body.Span) ? Encoding.UTF8.GetString(entry.Body.Span) : null;
}

/// <summary>What became of an event at one handler, with every attempt that failed.</summary>
/// <param name="Handler">The handler's name.</param>
/// <param name="State">How the delivery stands.</param>
/// <param name="Attempts">How many attempts have ended.</param>
/// <param name="At">When it came to this state, in UTC.</param>
/// <param name="DueAt">When its next attempt is due, in UTC; <see langword="null"/> unless it waits for one.</param>
/// <param name="ErrorCode">The kind of error that its last attempt failed with.</param>
/// <param name="Error">What failed, in words.</param>
/// <param name="FailedAttempts">Every attempt that failed, the oldest first.</param>
public sealed record EventDeliveryView(
    string Handler, DeliveryState State, int Attempts, DateTime At, DateTime? DueAt, string? ErrorCode, string? Error, IReadOnlyList<FailedAttemptView> FailedAttempts);

/// <summary>An attempt that failed.</summary>
/// <param name="Attempt">Its number, from 1 on.</param>
/// <param name="At">When it ended, in UTC.</param>
/// <param name="Seconds">How long it took, in seconds.</param>
/// <param name="ErrorCode">The kind of error.</param>
/// <param name="Error">What failed, in words.</param>
public sealed record FailedAttemptView(int Attempt, DateTime At, double Seconds, string? ErrorCode, string? Error)
{
    internal static FailedAttemptView Of(FailedAttempt attempt) =>
        new(attempt.Attempt, attempt.At.UtcDateTime, attempt.Duration.TotalSeconds, attempt.ErrorCode, attempt.Error);
}

/// <summary>Whether a stored event is what was accepted.</summary>
/// <param name="IsVerified">Whether the stored key made the stored signature over the stored body.</param>
/// <param name="KeyFingerprint">The SHA-256 of the key; <see langword="null"/> when nobody has signed the event.</param>
/// <param name="Reason">The verdict in a sentence.</param>
public sealed record VerificationView(bool IsVerified, string? KeyFingerprint, string Reason);
