using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using ThunderStack.Webhooks.Emulator.Faults;

namespace ThunderStack.Webhooks.Emulator.Sending;

/// <summary>
/// Sends webhooks: once, twice, late or out of order, as their faults say, and again after a failure, as the policy says.
/// </summary>
internal sealed class WebhookSender(
    WebhookPoster poster, DeliveryLog log, IOptions<EmulatorOptions> options, TimeProvider time, IHostApplicationLifetime lifetime)
{
    private readonly ConcurrentDictionary<string, ConcurrentQueue<DeliveryLog.Delivery>> _held = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Task> _lastOfNode = new(StringComparer.Ordinal);

    /// <summary>Sends it now, and returns after the first attempt; at once when it is held back.</summary>
    public async Task<SentWebhook> SendAsync(OutgoingWebhook webhook, CancellationToken cancellationToken)
    {
        var delivery = log.Add(webhook);
        if (webhook.Is(WebhookFault.Lost))
        {
            // Stays in the log without an attempt.
        }
        else if (webhook.Is(WebhookFault.Reordered))
        {
            HeldOf(webhook.Event.NodeId).Enqueue(delivery);
        }
        else if (webhook.Is(WebhookFault.Delayed))
        {
            _ = SendLateAsync(delivery);
        }
        else
        {
            await DeliverAsync(delivery, cancellationToken);
            await SendHeldAsync(webhook.Event.NodeId, cancellationToken);
        }

        return delivery.Snapshot();
    }

    /// <summary>Sends it once everything that was handed in here before for its node was sent.</summary>
    public Task SendInOrderAsync(OutgoingWebhook webhook)
    {
        lock (_lastOfNode)
        {
            var before = _lastOfNode.GetValueOrDefault(webhook.Event.NodeId, Task.CompletedTask);
            return _lastOfNode[webhook.Event.NodeId] = AfterAsync(before, webhook);
        }
    }

    private async Task AfterAsync(Task before, OutgoingWebhook webhook)
    {
        await before;
        await InBackgroundAsync(stopping => SendAsync(webhook, stopping));
    }

    private async Task DeliverAsync(DeliveryLog.Delivery delivery, CancellationToken cancellationToken)
    {
        var accepted = await AttemptAsync(delivery, cancellationToken);
        if (delivery.Webhook.Is(WebhookFault.Duplicate))
        {
            accepted |= await AttemptAsync(delivery, cancellationToken);
        }

        if (!accepted && options.Value.RedeliveryDelays.Count > 0)
        {
            _ = InBackgroundAsync(stopping => RedeliverAsync(delivery, stopping));
        }
    }

    private async Task RedeliverAsync(DeliveryLog.Delivery delivery, CancellationToken stopping)
    {
        foreach (var delay in options.Value.RedeliveryDelays)
        {
            await Task.Delay(delay, time, stopping);
            if (await AttemptAsync(delivery, stopping))
            {
                return;
            }
        }
    }

    private Task SendLateAsync(DeliveryLog.Delivery delivery) => InBackgroundAsync(async stopping =>
    {
        await Task.Delay(delivery.Webhook.Delay, time, stopping);
        await DeliverAsync(delivery, stopping);
    });

    private async Task SendHeldAsync(string nodeId, CancellationToken cancellationToken)
    {
        while (HeldOf(nodeId).TryDequeue(out var late))
        {
            await DeliverAsync(late, cancellationToken);
        }
    }

    private async Task<bool> AttemptAsync(DeliveryLog.Delivery delivery, CancellationToken cancellationToken)
    {
        var attempt = await poster.PostAsync(delivery.Webhook, cancellationToken);
        delivery.Add(attempt);
        return attempt.IsAccepted;
    }

    private ConcurrentQueue<DeliveryLog.Delivery> HeldOf(string nodeId) => _held.GetOrAdd(nodeId, _ => new());

    // Ends with the emulator, whatever it is at.
    private async Task InBackgroundAsync(Func<CancellationToken, Task> send)
    {
        try
        {
            await send(lifetime.ApplicationStopping);
        }
        catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException)
        {
            // The emulator ends.
        }
    }
}
