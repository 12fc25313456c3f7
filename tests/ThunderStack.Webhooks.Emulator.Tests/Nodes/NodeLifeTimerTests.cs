namespace ThunderStack.Webhooks.Emulator.Tests.Nodes;

public sealed class NodeLifeTimerTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task Each_interval_every_node_takes_the_next_step_of_its_life()
    {
        await using var receiver = await RecordingReceiver.StartAsync();
        await using var emulator = await RunningEmulator.StartAsync(
            ("WebhookUrl", receiver.Url), ("Nodes:0:NodeId", "node-a"), ("Interval", Interval.ToString()));
        var statuses = new List<string>();

        for (var step = 0; step < 12; step++)
        {
            emulator.Time.Advance(Interval);
            statuses.Add((await receiver.NextAsync()).Status);
        }

        statuses.Should().Equal(
            "STARTING", "IN_PROGRESS", "RUNNING", "PAUSED",
            "STARTING", "IN_PROGRESS", "RUNNING", "PAUSED",
            "STARTING", "IN_PROGRESS", "RUNNING", "FAILED");
    }

    [Fact]
    public async Task Each_node_has_a_webhook_URL_of_its_own()
    {
        await using var one = await RecordingReceiver.StartAsync();
        await using var other = await RecordingReceiver.StartAsync();
        await using var emulator = await RunningEmulator.StartAsync(
            ("WebhookUrl", one.Url),
            ("Nodes:0:NodeId", "node-a"),
            ("Nodes:1:NodeId", "node-b"),
            ("Nodes:1:WebhookUrl", other.Url),
            ("Interval", Interval.ToString()));

        emulator.Time.Advance(Interval);

        (await one.NextAsync()).Json.GetProperty("nodeId").GetString().Should().Be("node-a");
        (await other.NextAsync()).Json.GetProperty("nodeId").GetString().Should().Be("node-b");
    }

    [Fact]
    public async Task A_status_sent_by_hand_is_where_life_goes_on()
    {
        await using var receiver = await RecordingReceiver.StartAsync();
        await using var emulator = await RunningEmulator.StartAsync(
            ("WebhookUrl", receiver.Url), ("Nodes:0:NodeId", "node-a"), ("Interval", Interval.ToString()));
        using var response = await emulator.SendEventAsync("""{"nodeId":"node-a","status":"RUNNING"}""");
        (await receiver.NextAsync()).Status.Should().Be("RUNNING");

        emulator.Time.Advance(Interval);

        (await receiver.NextAsync()).Status.Should().Be("PAUSED");
    }

    [Fact]
    public async Task A_receiver_that_is_down_does_not_stop_the_timer()
    {
        await using var receiver = await RecordingReceiver.StartAsync();
        await using var emulator = await RunningEmulator.StartAsync(
            ("WebhookUrl", receiver.Url),
            ("Nodes:0:NodeId", "node-a"),
            ("Nodes:1:NodeId", "node-b"),
            ("Nodes:1:WebhookUrl", "http://127.0.0.1:1/hook"),
            ("Interval", Interval.ToString()));

        emulator.Time.Advance(Interval);
        (await receiver.NextAsync()).Status.Should().Be("STARTING");
        emulator.Time.Advance(Interval);

        (await receiver.NextAsync()).Status.Should().Be("IN_PROGRESS");
    }
}
