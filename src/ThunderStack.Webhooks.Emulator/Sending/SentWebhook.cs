namespace ThunderStack.Webhooks.Emulator.Sending;

/// <summary>A webhook that was sent, and what came of it.</summary>
/// <param name="Url">Where it went.</param>
/// <param name="Body">The exact body.</param>
/// <param name="Signature">The signature header's value.</param>
/// <param name="Answer">What the receiver answered; <see langword="null"/> when there was no answer.</param>
/// <param name="Error">Why there was no answer.</param>
internal sealed record SentWebhook(Uri Url, string Body, string Signature, ReceiverAnswer? Answer, string? Error);

/// <summary>What the receiver answered.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Body">The body as text, cut after 4,096 characters.</param>
internal sealed record ReceiverAnswer(int Status, string Body);
