using System.Text;
using System.Text.Unicode;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Management.Deliveries;

namespace ThunderStack.Webhooks.Management.Events;

/// <summary>All that is known of an event.</summary>
/// <param name="Event">What lists show of it, too.</param>
/// <param name="TimestampText"><c>eventTimestamp</c> exactly as sent.</param>
/// <param name="KeyFingerprint">The key that verified it.</param>
/// <param name="Signature">The signature, in base64.</param>
/// <param name="Body">The body, when it is text; its exact bytes are at <c>/body</c>.</param>
/// <param name="BodyBytes">How long it is.</param>
/// <param name="IsBodyRemoved">Whether retention has removed it.</param>
/// <param name="Deliveries">What became of it, by handler.</param>
internal sealed record EventDetailView(
    EventView Event, string? TimestampText, string? KeyFingerprint, string? Signature, string? Body, int BodyBytes, bool IsBodyRemoved,
    IReadOnlyList<EventDeliveryView> Deliveries)
{
    public static EventDetailView Of(EventView view, InboxEntry entry, IEnumerable<EventDeliveryView> deliveries) => new(
        view,
        entry.TimestampText,
        entry.Key?.Value,
        entry.Signature.IsEmpty ? null : Convert.ToBase64String(entry.Signature.Span),
        TextOf(entry),
        entry.Body.Length,
        entry.Body.IsEmpty,
        [.. deliveries]);

    public static string? TextOf(InboxEntry entry) =>
        !entry.Body.IsEmpty && Utf8.IsValid(entry.Body.Span) ? Encoding.UTF8.GetString(entry.Body.Span) : null;
}

/// <summary>What became of an event at one handler, with every attempt that failed.</summary>
internal sealed record EventDeliveryView(
    string Handler, DeliveryState State, int Attempts, DateTime At, DateTime? DueAt, string? ErrorCode, string? Error, IReadOnlyList<FailedAttemptView> FailedAttempts);

/// <summary>An attempt that failed.</summary>
internal sealed record FailedAttemptView(int Attempt, DateTime At, double Seconds, string? ErrorCode, string? Error)
{
    public static FailedAttemptView Of(FailedAttempt attempt) =>
        new(attempt.Attempt, attempt.At.UtcDateTime, attempt.Duration.TotalSeconds, attempt.ErrorCode, attempt.Error);
}

/// <summary>Whether a stored event is what was accepted.</summary>
internal sealed record VerificationView(bool IsVerified, string? KeyFingerprint, string Reason);
