using System.Diagnostics.Metrics;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Metrics;
using ThunderStack.Webhooks.Diagnostics;
using ThunderStack.Webhooks.Testing;

namespace ThunderStack.Webhooks.Receiver.Tests.Hosting;

/// <summary>What Prometheus reads from a real receiver.</summary>
[Collection(nameof(OneReceiver))]
public sealed class ScrapeTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_management_port_tells_what_the_receiver_counts_and_the_webhook_port_does_not()
    {
        var port = LoopbackPort.FindFree();
        await using var receiver = await ReceiverHost.StartAsync(new() { ["ThunderStack:Management:Port"] = $"{port}" });
        (await receiver.SendAsync(SignedDelivery.Valid())).StatusCode.Should().Be(HttpStatusCode.OK);
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };

        using var answer = await client.GetAsync("/metrics", Cancellation);

        answer.StatusCode.Should().Be(HttpStatusCode.OK);
        answer.Content.Headers.ContentType!.ToString().Should().StartWith("text/plain; version=0.0.4");
        (await answer.Content.ReadAsStringAsync(Cancellation)).Should().Contain("service_name=\"thunderstack-webhooks\"")
            .And.Contain("\ndotnet_process_memory_working_set_bytes{} ");
        await Eventually.TrueAsync(async () =>
            (await client.GetStringAsync("/metrics", Cancellation)).Contains("\nthunderstack_webhook_requests_total{outcome=\"stored\"} ", StringComparison.Ordinal));
        (await receiver.Client.GetAsync("/metrics", Cancellation)).StatusCode.Should().Be(HttpStatusCode.NotFound);
        (await client.PostAsync("/metrics", null, Cancellation)).StatusCode.Should().NotBe(HttpStatusCode.OK);
        using var head = await client.SendAsync(new HttpRequestMessage(HttpMethod.Head, "/metrics"), Cancellation);
        head.Content.Headers.ContentLength.Should().BePositive();
    }

    [Fact]
    public async Task Without_a_management_port_and_a_collector_nothing_is_measured()
    {
        await using var receiver = await ReceiverHost.StartAsync(new() { ["ThunderStack:Management:Port"] = "0" });

        receiver.Services.GetService<MeterProvider>().Should().BeNull();
    }

    [Fact]
    public async Task A_disabled_sdk_measures_nothing_and_says_so()
    {
        var port = LoopbackPort.FindFree();
        await using var receiver = await ReceiverHost.StartAsync(new()
        {
            ["ThunderStack:Management:Port"] = $"{port}",
            ["OTEL_SDK_DISABLED"] = "true",
        });
        using var client = new HttpClient();

        (await client.GetAsync($"http://127.0.0.1:{port}/metrics", Cancellation)).StatusCode.Should().Be(HttpStatusCode.NotFound);
        receiver.Services.GetService<MeterProvider>().Should().BeNull();
    }

    [Fact]
    public async Task A_series_that_is_no_longer_measured_is_gone_rather_than_stuck_at_its_last_value()
    {
        var port = LoopbackPort.FindFree();
        await using var receiver = await ReceiverHost.StartAsync(new() { ["ThunderStack:Management:Port"] = $"{port}" });
        using var client = new HttpClient();
        string[] names = ["stays", "goes"];
        receiver.Services.GetRequiredService<IMeterFactory>().Create(WebhookMetrics.Name).CreateObservableGauge(
            "thunderstack.test.things", () => names.Select(name => new Measurement<int>(1, new KeyValuePair<string, object?>("name", name))));
        await ReadsAsync(text => text.Contains("thunderstack_test_things{name=\"goes\"} 1", StringComparison.Ordinal));

        names = ["stays"];

        await ReadsAsync(text => text.Contains("thunderstack_test_things{name=\"stays\"} 1", StringComparison.Ordinal)
            && !text.Contains("\"goes\"", StringComparison.Ordinal));

        Task ReadsAsync(Func<string, bool> condition) => Eventually.TrueAsync(
            async () => condition(await client.GetStringAsync($"http://127.0.0.1:{port}/metrics", Cancellation)), "the page should say so within seconds");
    }

    [Fact]
    public async Task Every_one_of_a_thousand_nodes_has_a_series_for_each_status()
    {
        var port = LoopbackPort.FindFree();
        await using var receiver = await ReceiverHost.StartAsync(new() { ["ThunderStack:Management:Port"] = $"{port}" });
        using var client = new HttpClient();
        receiver.Services.GetRequiredService<IMeterFactory>().Create(WebhookMetrics.Name).CreateObservableGauge(
            "thunderstack.node.test", () => Enumerable.Range(0, 8_000).Select(number => new Measurement<int>(1, new KeyValuePair<string, object?>("node", number))));

        var text = await client.GetStringAsync($"http://127.0.0.1:{port}/metrics", Cancellation);

        text.Split('\n').Count(line => line.StartsWith("thunderstack_node_test{", StringComparison.Ordinal)).Should().Be(8_000);
        text.Should().NotContain("otel_metric_overflow");
    }
}
