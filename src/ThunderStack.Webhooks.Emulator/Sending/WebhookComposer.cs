using System.Security.Cryptography;
using ThunderStack.Webhooks.Emulator.Events;
using ThunderStack.Webhooks.Emulator.Faults;
using ThunderStack.Webhooks.Emulator.Keys;

namespace ThunderStack.Webhooks.Emulator.Sending;

/// <summary>Makes a webhook of what happened: the body, its signature with the current key, and the faults that are due.</summary>
internal sealed class WebhookComposer(SigningKey key, EventClock clock, FaultPlan plan)
{
    private const string Stranger = "node-of-a-stranger";
    private const string FutureStatus = "HIBERNATING";
    private const string FutureType = "NODE_RENAMED";

    /// <param name="nodeId">The node.</param>
    /// <param name="status">Its new status.</param>
    /// <param name="url">Where the webhook goes.</param>
    /// <param name="eventType">Another event type than the documented one.</param>
    /// <param name="fault">A fault that this one has beside those of the plan.</param>
    public OutgoingWebhook Compose(string nodeId, string? status, Uri url, string? eventType = null, FaultOptions? fault = null)
    {
        var due = plan.TakeFor(nodeId).Concat(fault is null ? [] : [fault]).ToList();
        var faults = due.Select(rule => rule.Fault!.Value).Distinct().ToList();
        var happened = Event(nodeId, status, eventType, faults);
        var body = happened.ToBody();
        var signature = Sign(body, faults);
        if (faults.Contains(WebhookFault.TamperedBody))
        {
            // In the timestamp's milliseconds: what is tampered with is still a good event, but for its signature.
            body[body.AsSpan().IndexOf("Z\""u8) - 1] ^= 1;
        }

        var delay = due.Where(rule => rule.Fault == WebhookFault.Delayed).Select(rule => rule.Delay).DefaultIfEmpty().Max();
        return new OutgoingWebhook(happened, url, body, signature, faults, delay);
    }

    private CloudEvent Event(string nodeId, string? status, string? eventType, List<WebhookFault> faults)
    {
        var node = faults.Contains(WebhookFault.OtherNode) ? Stranger : nodeId;
        if (faults.Contains(WebhookFault.UnknownEventType))
        {
            return new CloudEvent(node, FutureType, Status: null, clock.Next());
        }

        var said = faults.Contains(WebhookFault.UnknownStatus) ? FutureStatus : status;
        return new CloudEvent(node, eventType ?? CloudEvent.NodeStatusUpdated, said, clock.Next());
    }

    private string? Sign(byte[] body, List<WebhookFault> faults)
    {
        if (faults.Contains(WebhookFault.MissingSignature))
        {
            return null;
        }

        var signature = faults.Contains(WebhookFault.WrongKey) ? SignWithAnother(body) : key.Sign(body);
        if (faults.Contains(WebhookFault.DamagedSignature))
        {
            signature[signature.Length / 2] ^= 1;
        }

        return Convert.ToBase64String(faults.Contains(WebhookFault.ShortSignature) ? signature[..(signature.Length / 2)] : signature);
    }

    private static byte[] SignWithAnother(byte[] body)
    {
        using var rsa = RSA.Create(2048);
        return rsa.SignData(body, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
    }
}
