using ThunderStack.Webhooks.Emulator.Events;
using ThunderStack.Webhooks.Emulator.Faults;

namespace ThunderStack.Webhooks.Emulator.Sending;

/// <summary>A webhook that is ready to be sent, spoilt as its faults say.</summary>
/// <param name="Event">What it says.</param>
/// <param name="Url">Where it goes.</param>
/// <param name="Body">The exact bytes.</param>
/// <param name="Signature">The signature header's value; <see langword="null"/> for none.</param>
/// <param name="Faults">Its faults.</param>
/// <param name="Delay">How late it is sent, when it is <see cref="WebhookFault.Delayed"/>.</param>
internal sealed record OutgoingWebhook(
    CloudEvent Event, Uri Url, byte[] Body, string? Signature, IReadOnlyList<WebhookFault> Faults, TimeSpan Delay)
{
    public bool Is(WebhookFault fault) => Faults.Contains(fault);
}
