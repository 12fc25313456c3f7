using System.Net;

namespace ThunderStack.Webhooks.Emulator.Tests.Sending;

/// <summary>The delivery log, and the sending again.</summary>
public sealed class DeliveryTests
{
    [Fact]
    public async Task The_log_tells_what_was_sent_newest_first_and_of_one_node_when_asked()
    {
        await using var receiver = await RecordingReceiver.StartAsync(status: 403, answer: "no");
        await using var emulator = await RunningEmulator.StartAsync(("WebhookUrl", receiver.Url));
        foreach (var node in (string[])["a", "b", "a"])
        {
            using var sent = await emulator.SendEventAsync($$"""{"nodeId":"{{node}}","status":"PAUSED"}""");
        }

        var all = await emulator.GetAsync("/emulator/deliveries");
        var one = await emulator.GetAsync("/emulator/deliveries?nodeId=b");

        all.EnumerateArray().Select(sent => sent.GetProperty("id").GetInt64()).Should().Equal(3, 2, 1);
        var delivery = one.EnumerateArray().Should().ContainSingle().Which;
        delivery.GetProperty("status").GetString().Should().Be("PAUSED");
        delivery.GetProperty("attempts")[0].GetProperty("answer").GetProperty("status").GetInt32().Should().Be(403);
        delivery.GetProperty("faults").GetArrayLength().Should().Be(0);
    }

    [Fact]
    public async Task A_refused_webhook_is_sent_again_byte_for_byte_as_the_policy_says()
    {
        await using var receiver = await RecordingReceiver.StartAsync(status: 503);
        await using var emulator = await RunningEmulator.StartAsync(
            ("WebhookUrl", receiver.Url), ("RedeliveryDelays:0", "00:00:05"), ("RedeliveryDelays:1", "00:01:00"), ("RedeliveryDelays:2", "01:00:00"));
        using var sent = await emulator.SendEventAsync("""{"nodeId":"a"}""");
        sent.StatusCode.Should().Be(HttpStatusCode.OK);
        var first = await receiver.NextAsync();

        await PassAsync(TimeSpan.FromSeconds(5));
        var second = await receiver.NextAsync();
        receiver.AnswerWith(200);
        await PassAsync(TimeSpan.FromMinutes(1));
        var third = await receiver.NextAsync();

        second.Body.Should().Equal(first.Body);
        third.Signature.Should().Be(first.Signature);
        await ThunderStack.Webhooks.Testing.Eventually.TrueAsync(async () =>
            (await emulator.DeliveriesAsync()).Single().GetProperty("attempts").GetArrayLength() == 3);
        emulator.Time.Waits.Should().NotContain(TimeSpan.FromHours(1), "it was accepted");

        async Task PassAsync(TimeSpan delay) => emulator.Time.Advance(await emulator.Time.UntilBegunAsync(1, wait => wait == delay));
    }

    [Fact]
    public async Task Without_a_policy_nothing_is_sent_again()
    {
        await using var receiver = await RecordingReceiver.StartAsync(status: 503);
        await using var emulator = await RunningEmulator.StartAsync(("WebhookUrl", receiver.Url));
        using var sent = await emulator.SendEventAsync("""{"nodeId":"a"}""");

        emulator.Time.Advance(TimeSpan.FromDays(1));

        (await emulator.DeliveriesAsync()).Single().GetProperty("attempts").GetArrayLength().Should().Be(1);
    }
}
