using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using ThunderStack.Webhooks.Dispatch;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Testing;

namespace ThunderStack.Webhooks.AspNetCore.Tests.Diagnostics;

public sealed class MetricsTests
{
    [Fact]
    public async Task Requests_and_attempts_are_counted_by_outcome()
    {
        await using var host = await WebhookHost.StartAsync(configure: webhooks => webhooks
            .AddHandler<NodeStatusUpdated>("good", (_, _, _) => Task.CompletedTask)
            .AddHandler<NodeStatusUpdated>("bad", (_, _, _) => throw new DeadLetterException("no")));
        var measured = new ConcurrentQueue<string>();
        var meters = host.Services.GetRequiredService<IMeterFactory>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (ReferenceEquals(instrument.Meter.Scope, meters) && instrument.Meter.Name == "ThunderStack.Webhooks")
            {
                self.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => measured.Enqueue(
            $"{instrument.Name}[{instrument.Unit}] {value:+0;-0} {string.Join(' ', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}"))}".TrimEnd()));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => measured.Enqueue(
            $"{instrument.Name}[{instrument.Unit}] {(value is >= 0 and < 3600 ? "seconds" : "?")} {string.Join(' ', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}"))}".TrimEnd()));
        listener.Start();

        await host.SendAsync(SignedDelivery.Valid());
        await host.SendAsync(SignedDelivery.Valid());
        await host.SendAsync(SignedDelivery.Valid().WithTamperedBody());
        await host.SendAsync(SignedDelivery.Valid().ForNode("nowhere"));
        await host.SendAsync(SignedDelivery.Valid().WithBody("{}"));
        await host.Client.GetAsync(WebhookHost.Path, TestContext.Current.CancellationToken);

        string[] expected =
        [
            "thunderstack.webhook.requests[{request}] +1 outcome=stored",
            "thunderstack.webhook.requests[{request}] +1 outcome=duplicate",
            "thunderstack.webhook.requests[{request}] +1 outcome=invalid_signature",
            "thunderstack.webhook.requests[{request}] +1 outcome=unexpected_node",
            "thunderstack.webhook.requests[{request}] +1 outcome=invalid_payload",
            "thunderstack.webhook.requests[{request}] +1 outcome=method_not_allowed",
            "thunderstack.inbox.append.duration[s] seconds",
            "thunderstack.delivery.attempts[{attempt}] +1 handler=good outcome=succeeded",
            "thunderstack.delivery.attempts[{attempt}] +1 handler=bad outcome=dead_lettered",
            "thunderstack.delivery.duration[s] seconds handler=good outcome=succeeded",
            "thunderstack.delivery.running[{attempt}] +1 handler=good",
            "thunderstack.delivery.running[{attempt}] -1 handler=good",
        ];
        await Eventually.TrueAsync(() => expected.All(measured.Contains), "every instrument should have measured");
    }
}
