using System.Text.Json.Serialization;
using ThunderStack.Webhooks.Emulator.Faults;

namespace ThunderStack.Webhooks.Emulator.Sending;

/// <summary>A webhook in the delivery log, and what came of it so far.</summary>
/// <param name="Id">Its number, counted from 1.</param>
/// <param name="NodeId">The node that it is about.</param>
/// <param name="EventType">The event's type.</param>
/// <param name="Status">The node's status; <see langword="null"/> for an event type without one.</param>
/// <param name="Url">Where it goes.</param>
/// <param name="Body">The exact body.</param>
/// <param name="Signature">The signature header's value; <see langword="null"/> for none.</param>
/// <param name="Faults">What was done to it.</param>
/// <param name="Attempts">Each time it was sent, the first one first; empty while it is held back, or when it is lost.</param>
internal sealed record SentWebhook(
    long Id,
    string NodeId,
    string EventType,
    string? Status,
    Uri Url,
    string Body,
    string? Signature,
    IReadOnlyList<WebhookFault> Faults,
    IReadOnlyList<WebhookAttempt> Attempts)
{
    /// <summary>What the receiver answered last; <see langword="null"/> when there was no answer.</summary>
    public ReceiverAnswer? Answer => Attempts.Count > 0 ? Attempts[^1].Answer : null;

    /// <summary>Why there was no answer.</summary>
    public string? Error => Attempts.Count > 0 ? Attempts[^1].Error : null;
}

/// <summary>One time that a webhook was sent.</summary>
/// <param name="At">When.</param>
/// <param name="Answer">What the receiver answered; <see langword="null"/> when there was no answer.</param>
/// <param name="Error">Why there was no answer.</param>
internal sealed record WebhookAttempt(DateTimeOffset At, ReceiverAnswer? Answer, string? Error)
{
    /// <summary>Whether it need not be sent again.</summary>
    [JsonIgnore]
    public bool IsAccepted => Answer is { Status: >= 200 and < 300 };
}

/// <summary>What the receiver answered.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Body">The body as text, cut after 4,096 characters.</param>
internal sealed record ReceiverAnswer(int Status, string Body);
