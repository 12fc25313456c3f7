using System.Net;
using ThunderStack.Webhooks.Emulator.Faults;

namespace ThunderStack.Webhooks.Emulator.Tests.Faults;

public sealed class FaultTests
{
    [Theory]
    [InlineData("WrongKey")]
    [InlineData("TamperedBody")]
    [InlineData("DamagedSignature")]
    public async Task A_spoilt_signature_has_the_right_form_and_does_not_verify(string fault)
    {
        var webhook = await SendWithAsync(fault);

        webhook.Received.IsSignedBy(webhook.Key).Should().BeFalse();
        Convert.FromBase64String(webhook.Received.Signature).Should().HaveCount(256);
        webhook.Received.Status.Should().Be("PAUSED", "the body is still an event");
    }

    [Fact]
    public async Task A_short_signature_is_half_as_long() =>
        Convert.FromBase64String((await SendWithAsync("ShortSignature")).Received.Signature).Should().HaveCount(128);

    [Fact]
    public async Task A_missing_signature_is_not_there() => (await SendWithAsync("MissingSignature")).Received.Signature.Should().BeEmpty();

    [Theory]
    [InlineData("OtherNode", """
        "nodeId":"node-of-a-stranger"
        """)]
    [InlineData("UnknownStatus", """
        "status":"HIBERNATING"
        """)]
    [InlineData("UnknownEventType", """
        "eventType":"NODE_RENAMED"
        """)]
    public async Task A_strange_event_is_signed(string fault, string part)
    {
        var webhook = await SendWithAsync(fault);

        webhook.Received.IsSignedBy(webhook.Key).Should().BeTrue();
        webhook.Received.Json.GetRawText().Should().Contain(part.Trim());
    }

    [Fact]
    public async Task A_duplicate_is_sent_twice_byte_for_byte()
    {
        await using var receiver = await RecordingReceiver.StartAsync();
        await using var emulator = await RunningEmulator.StartAsync(("WebhookUrl", receiver.Url));

        using var sent = await emulator.SendEventAsync("""{"nodeId":"a","fault":"duplicate"}""");

        (await receiver.NextAsync()).Body.Should().Equal((await receiver.NextAsync()).Body);
        (await emulator.DeliveriesAsync()).Single().GetProperty("attempts").GetArrayLength().Should().Be(2);
    }

    [Fact]
    public async Task A_reordered_event_is_sent_after_the_nodes_next()
    {
        await using var receiver = await RecordingReceiver.StartAsync();
        await using var emulator = await RunningEmulator.StartAsync(("WebhookUrl", receiver.Url));

        using var held = await emulator.SendEventAsync("""{"nodeId":"a","status":"STARTING","fault":"Reordered"}""");
        using var other = await emulator.SendEventAsync("""{"nodeId":"b","status":"PAUSED"}""");
        using var next = await emulator.SendEventAsync("""{"nodeId":"a","status":"RUNNING"}""");

        held.StatusCode.Should().Be(HttpStatusCode.Accepted);
        (await receiver.NextAsync()).Status.Should().Be("PAUSED");
        var second = await receiver.NextAsync();
        var third = await receiver.NextAsync();
        (second.Status, third.Status).Should().Be(("RUNNING", "STARTING"));
        string.CompareOrdinal(Timestamp(third), Timestamp(second)).Should().BeNegative();

        static string Timestamp(ReceivedWebhook webhook) => webhook.Json.GetProperty("eventTimestamp").GetString()!;
    }

    [Fact]
    public async Task A_lost_event_changes_the_node_and_is_never_sent()
    {
        await using var receiver = await RecordingReceiver.StartAsync();
        await using var emulator = await RunningEmulator.StartAsync(("WebhookUrl", receiver.Url), ("Nodes:0:NodeId", "a"));

        using var lost = await emulator.SendEventAsync("""{"nodeId":"a","status":"FAILED","fault":"Lost"}""");
        using var next = await emulator.SendEventAsync("""{"nodeId":"b","status":"PAUSED"}""");

        lost.StatusCode.Should().Be(HttpStatusCode.Accepted);
        (await receiver.NextAsync()).Status.Should().Be("PAUSED");
        (await emulator.Client.Nodes.GetAsync("a", TestContext.Current.CancellationToken)).Status!.Value.Value.Should().Be("FAILED");
        (await emulator.DeliveriesAsync())[0].GetProperty("attempts").GetArrayLength().Should().Be(0);
    }

    [Fact]
    public async Task A_delayed_event_is_sent_late()
    {
        await using var receiver = await RecordingReceiver.StartAsync();
        await using var emulator = await RunningEmulator.StartAsync(
            ("WebhookUrl", receiver.Url), ("Faults:0:Fault", "Delayed"), ("Faults:0:Delay", "00:00:07"), ("Faults:0:Count", "1"));

        using var late = await emulator.SendEventAsync("""{"nodeId":"a","status":"STARTING"}""");
        using var next = await emulator.SendEventAsync("""{"nodeId":"a","status":"RUNNING"}""");

        late.StatusCode.Should().Be(HttpStatusCode.Accepted);
        (await receiver.NextAsync()).Status.Should().Be("RUNNING");
        emulator.Time.Advance(await emulator.Time.UntilBegunAsync(1, wait => wait == TimeSpan.FromSeconds(7)));
        (await receiver.NextAsync()).Status.Should().Be("STARTING");
    }

    [Fact]
    public async Task Faults_are_asked_for_counted_listed_and_ended_over_the_control_API()
    {
        await using var receiver = await RecordingReceiver.StartAsync();
        await using var emulator = await RunningEmulator.StartAsync(("WebhookUrl", receiver.Url));
        using var added = await emulator.ControlAsync(
            HttpMethod.Post, "/emulator/faults", """{"fault":"MissingSignature","nodeId":"a","every":2,"count":1}""");
        added.StatusCode.Should().Be(HttpStatusCode.OK);

        (await SignaturesAsync("a", "b", "b", "a", "a", "a")).Should().Equal(true, true, true, false, true, true);
        (await emulator.GetAsync("/emulator/faults")).GetArrayLength().Should().Be(0, "it is over");

        using var more = await emulator.ControlAsync(HttpMethod.Post, "/emulator/faults", """{"fault":"MissingSignature"}""");
        (await SignaturesAsync("a", "b")).Should().Equal(false, false);
        using var ended = await emulator.ControlAsync(HttpMethod.Delete, "/emulator/faults");
        (await SignaturesAsync("a")).Should().Equal(true);

        async Task<IReadOnlyList<bool>> SignaturesAsync(params string[] nodes)
        {
            var signed = new List<bool>();
            foreach (var node in nodes)
            {
                using var sent = await emulator.SendEventAsync($$"""{"nodeId":"{{node}}"}""");
                signed.Add((await receiver.NextAsync()).Signature.Length > 0);
            }

            return signed;
        }
    }

    [Theory]
    [InlineData("{}", "Fault is missing")]
    [InlineData("""{"fault":"Everything"}""", "'fault'")]
    [InlineData("""{"fault":"Duplicate","every":0}""", "Every is 0")]
    [InlineData("""{"fault":"Duplicate","count":0}""", "Count is 0")]
    [InlineData("""{"fault":"Delayed","delay":"-00:00:01"}""", "Delay is -00:00:01")]
    [InlineData("""{"fault":"Delayed","often":true}""", "'often'")]
    public async Task Bad_input_is_400_and_says_what_to_write(string json, string expected)
    {
        await using var emulator = await RunningEmulator.StartAsync();

        using var response = await emulator.ControlAsync(HttpMethod.Post, "/emulator/faults", json);

        response.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        (await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Should().Contain(expected);
    }

    [Fact]
    public void Every_fault_has_a_test_here_or_is_one_of_delivery() =>
        Enum.GetNames<WebhookFault>().Should().BeEquivalentTo(
            "WrongKey", "TamperedBody", "DamagedSignature", "ShortSignature", "MissingSignature", "OtherNode", "UnknownStatus", "UnknownEventType",
            "Duplicate", "Reordered", "Delayed", "Lost");

    private static async Task<(ReceivedWebhook Received, string Key)> SendWithAsync(string fault)
    {
        await using var receiver = await RecordingReceiver.StartAsync();
        await using var emulator = await RunningEmulator.StartAsync(("WebhookUrl", receiver.Url));
        using var sent = await emulator.SendEventAsync($$"""{"nodeId":"node-a","status":"PAUSED","fault":"{{fault}}"}""");
        return (await receiver.NextAsync(), await emulator.PublicKeyAsync());
    }
}
