using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Testing;
using ThunderStack.Webhooks.Testing.Inbox;

namespace ThunderStack.Webhooks.Receiver.Tests.Handlers;

public sealed class ForwardTests : IAsyncLifetime
{
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private Recorder _recorder = null!;
    private ReceiverHost _receiver = null!;

    public async ValueTask InitializeAsync()
    {
        _recorder = await Recorder.StartAsync();
        _receiver = await ReceiverHost.StartAsync(
            new Dictionary<string, string?>
            {
                ["ThunderStack:Handlers:ops:Type"] = "Forward",
                ["ThunderStack:Handlers:ops:Url"] = _recorder.Address.ToString(),
                ["ThunderStack:Handlers:ops:Secret"] = Secret,
                ["ThunderStack:Dispatch:RetryDelays:0"] = "00:00:10",
                ["ThunderStack:Dispatch:RetryDelays:1"] = "00:00:10",
            },
            builder => builder.Services.AddSingleton<TimeProvider>(_time));
    }

    public async ValueTask DisposeAsync()
    {
        await _receiver.DisposeAsync();
        await _recorder.DisposeAsync();
    }

    [Fact]
    public async Task The_original_bytes_and_signature_arrive_with_the_id_and_a_standard_webhooks_signature()
    {
        var delivery = SignedDelivery.Valid().WithBody(" {\"eventType\":\"X\", \"nodeId\":\"node-a\", \"text\":\"\\u00e9é\"}\n");

        await ReceiveAsync(delivery, requests: 1);

        var request = _recorder.Requests.Single();
        request.Path.Should().Be("/hook");
        request.Body.Should().Equal(delivery.Body);
        request.Headers["X-ThunderStack-Signature"].Should().Be(delivery.Signature);
        request.Headers["X-ThunderStack-Attempt"].Should().Be("1");
        var id = request.Headers["X-ThunderStack-Event-Id"];
        WebhookEventId.TryParse(id, out _).Should().BeTrue();

        var timestamp = request.Headers["webhook-timestamp"];
        timestamp.Should().Be($"{_time.GetUtcNow().ToUnixTimeSeconds()}");
        request.Headers["webhook-id"].Should().Be(id);
        byte[] signed = [.. Encoding.UTF8.GetBytes($"{id}.{timestamp}."), .. delivery.Body];
        request.Headers["webhook-signature"].Should().Be(
            "v1," + Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(Secret["whsec_".Length..]), signed)));
    }

    [Fact]
    public async Task A_reconciled_event_arrives_without_a_signature_and_says_what_it_is()
    {
        var entry = TestEntry.CreateReconciled("node-a", "PAUSED", _time.GetUtcNow());

        await _receiver.Store.AppendAsync(entry, key: null, TestContext.Current.CancellationToken);
        await Eventually.TrueAsync(() => !_recorder.Requests.IsEmpty);

        var request = _recorder.Requests.Single();
        request.Body.Should().Equal(entry.Body.ToArray());
        request.Headers.Should().NotContainKey("X-ThunderStack-Signature");
        request.Headers["X-ThunderStack-Source"].Should().Be("reconciled");
        request.Headers["webhook-signature"].Should().StartWith("v1,");
    }

    [Fact]
    public async Task As_a_cloud_event_the_body_arrives_within_one_that_is_signed_instead_of_it()
    {
        await using var receiver = await ReceiverHost.StartAsync(new()
        {
            ["ThunderStack:Handlers:ops:Type"] = "Forward",
            ["ThunderStack:Handlers:ops:Url"] = _recorder.Address.ToString(),
            ["ThunderStack:Handlers:ops:Secret"] = Secret,
            ["ThunderStack:Handlers:ops:Format"] = "CloudEvents",
        });
        var delivery = SignedDelivery.Valid();

        (await receiver.SendAsync(delivery)).EnsureSuccessStatusCode();
        await Eventually.TrueAsync(() => !_recorder.Requests.IsEmpty);

        var request = _recorder.Requests.Single();
        request.Headers["Content-Type"].Should().Be("application/cloudevents+json; charset=utf-8");
        request.Headers.Should().NotContainKey("X-ThunderStack-Signature", "it is not one over these bytes");
        using var json = JsonDocument.Parse(request.Body);
        json.RootElement.GetProperty("id").GetString().Should().Be(request.Headers["X-ThunderStack-Event-Id"]).And.Be(request.Headers["webhook-id"]);
        json.RootElement.GetProperty("source").GetString().Should().Be("https://cloud-api.thunderstack.org/");
        json.RootElement.GetProperty("data").GetRawText().Should().Be(Encoding.UTF8.GetString(delivery.Body));
        byte[] signed = [.. Encoding.UTF8.GetBytes($"{request.Headers["webhook-id"]}.{request.Headers["webhook-timestamp"]}."), .. request.Body];
        request.Headers["webhook-signature"].Should().Be(
            "v1," + Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(Secret["whsec_".Length..]), signed)));
    }

    [Fact]
    public async Task A_failure_is_tried_again_and_counts_the_attempts()
    {
        _recorder.Answer = (n, context) => Status(context, n < 3 ? 500 : 204);

        await ReceiveAsync(SignedDelivery.Valid(), requests: 3);

        _recorder.Requests.Select(r => r.Headers["X-ThunderStack-Attempt"]).Should().Equal("1", "2", "3");
        await DeliveryIsAsync(DeliveryState.Succeeded);
    }

    [Fact]
    public async Task Gone_is_a_dead_letter_at_once()
    {
        _recorder.Answer = (_, context) => Status(context, 410);

        await ReceiveAsync(SignedDelivery.Valid(), requests: 1);

        (await DeliveryIsAsync(DeliveryState.DeadLettered)).Error.Should().Contain("410");
        _recorder.Requests.Should().ContainSingle();
    }

    [Fact]
    public async Task A_redirect_is_a_failure_and_is_not_followed()
    {
        _recorder.Answer = (_, context) =>
        {
            context.Response.Redirect("/elsewhere", permanent: false, preserveMethod: true);
            return Task.CompletedTask;
        };

        await ReceiveAsync(SignedDelivery.Valid(), requests: 3);

        (await DeliveryIsAsync(DeliveryState.DeadLettered)).Attempts.Should().Be(3);
        _recorder.Requests.Should().OnlyContain(r => r.Path == "/hook");
    }

    [Theory]
    [InlineData("600")]
    [InlineData("Thu, 01 Jan 2026 00:10:00 GMT")]
    public async Task Retry_after_puts_the_next_attempt_off(string retryAfter)
    {
        _recorder.Answer = (n, context) =>
        {
            context.Response.Headers.RetryAfter = retryAfter;
            return Status(context, n == 1 ? 429 : 200);
        };
        (await _receiver.SendAsync(SignedDelivery.Valid())).EnsureSuccessStatusCode();

        var scheduled = await DeliveryIsAsync(DeliveryState.Scheduled, advance: false);

        scheduled.DueAt.Should().BeOnOrAfter(_time.GetUtcNow().AddSeconds(600));
        scheduled.Attempts.Should().Be(1);
    }

    private static Task Status(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    }

    /// <summary>Sends, then moves the clock on until so many requests have arrived at the other end.</summary>
    private async Task ReceiveAsync(SignedDelivery delivery, int requests)
    {
        (await _receiver.SendAsync(delivery)).EnsureSuccessStatusCode();
        await Eventually.TrueAsync(() =>
        {
            // Counted once: a request that arrives between two looks must not move the clock.
            var arrived = _recorder.Requests.Count;
            if (arrived > 0 && arrived < requests)
            {
                _time.Advance(TimeSpan.FromSeconds(1));
            }

            return arrived >= requests;
        });
    }

    private async Task<DeliveryRecord> DeliveryIsAsync(DeliveryState state, bool advance = true)
    {
        DeliveryRecord? found = null;
        await Eventually.TrueAsync(async () =>
        {
            var entry = (await _receiver.ListStoredAsync()).Single();
            found = (await _receiver.Inbox.ListDeliveriesAsync(entry.Id, TestContext.Current.CancellationToken)).FirstOrDefault(d => d.State == state);
            if (found is null && advance)
            {
                _time.Advance(TimeSpan.FromSeconds(1));
            }

            return found is not null;
        });
        return found!;
    }
}
