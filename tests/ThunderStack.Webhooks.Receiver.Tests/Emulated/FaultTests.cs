using ThunderStack.Webhooks.Events;

namespace ThunderStack.Webhooks.Receiver.Tests.Emulated;

/// <summary>Emulated cloud to receiver to handler: the answer to each fault, what is stored, and what is handled.</summary>
public sealed class FaultTests
{
    [Theory]
    [InlineData("WrongKey")]
    [InlineData("TamperedBody")]
    [InlineData("DamagedSignature")]
    [InlineData("ShortSignature")]
    [InlineData("MissingSignature")]
    public async Task What_the_cloud_did_not_sign_is_403_and_neither_stored_nor_handled(string fault)
    {
        await using var host = await (await EmulatedCloudHost.StartAsync()).UntilReadyAsync();

        var (status, body) = EmulatedCloudHost.AnswersOf(await host.SendAsync(fault: fault)).Single();

        status.Should().Be(403);
        body.Should().Contain("Forbidden - Invalid Signature");
        await OnlyTheNextIsStoredAndHandledAsync(host);
    }

    [Fact]
    public async Task Another_node_is_403_and_neither_stored_nor_handled()
    {
        await using var host = await (await EmulatedCloudHost.StartAsync()).UntilReadyAsync();

        var (status, body) = EmulatedCloudHost.AnswersOf(await host.SendAsync(fault: "OtherNode")).Single();

        status.Should().Be(403);
        body.Should().Contain("Forbidden - Unexpected Node");
        await OnlyTheNextIsStoredAndHandledAsync(host);
    }

    [Fact]
    public async Task A_duplicate_is_200_twice_and_stored_and_handled_once()
    {
        await using var host = await (await EmulatedCloudHost.StartAsync()).UntilReadyAsync();

        var answers = EmulatedCloudHost.AnswersOf(await host.SendAsync(fault: "Duplicate"));

        answers.Select(answer => answer.Status).Should().Equal(200, 200);
        answers[0].Body.Should().NotContain("duplicate");
        answers[1].Body.Should().Contain("\"duplicate\":true");
        (await host.StoredAsync()).Should().ContainSingle();
        (await host.AnswerToAsync("PAUSED")).Should().Be(200);
        (await host.HandledAsync(2)).Should().HaveCount(2).And.OnlyHaveUniqueItems();
    }

    [Theory]
    [InlineData("UnknownStatus", "NODE_STATUS_UPDATED", "HIBERNATING")]
    [InlineData("UnknownEventType", "NODE_RENAMED", null)]
    public async Task What_is_signed_and_not_known_is_200_and_stored_and_handled_as_it_was_sent(string fault, string eventType, string? status)
    {
        await using var host = await (await EmulatedCloudHost.StartAsync()).UntilReadyAsync();

        var sent = await host.SendAsync(fault: fault);

        EmulatedCloudHost.AnswersOf(sent).Single().Status.Should().Be(200);
        var entry = (await host.StoredAsync()).Should().ContainSingle().Which;
        entry.EventType.Should().Be(eventType);
        entry.Status.Should().Be(status is null ? null : new NodeStatus(status));
        (await host.HandledAsync(1)).Should().Equal(sent.GetProperty("body").GetString());
    }

    [Fact]
    public async Task A_reordered_event_is_200_and_does_not_win()
    {
        await using var host = await (await EmulatedCloudHost.StartAsync()).UntilReadyAsync();

        await host.SendAsync("STARTING", fault: "Reordered");
        await host.SendAsync("RUNNING");

        var bodies = await host.HandledAsync(2);
        bodies[0].Should().Contain("RUNNING");
        bodies[1].Should().Contain("STARTING");
        (await host.StoredAsync()).Should().HaveCount(2);
        await NodeIsRunningAsync(host);
    }

    [Fact]
    public async Task A_delayed_event_is_200_and_does_not_win()
    {
        await using var host = await (await EmulatedCloudHost.StartAsync(new()
        {
            ["Faults:0:Fault"] = "Delayed",
            ["Faults:0:Delay"] = "00:00:00.200",
            ["Faults:0:Count"] = "1",
        })).UntilReadyAsync();

        await host.SendAsync("STARTING");
        (await host.AnswerToAsync("RUNNING")).Should().Be(200);

        await host.HandledAsync(2);
        (await host.StoredAsync()).Should().HaveCount(2);
        await NodeIsRunningAsync(host);
    }

    [Fact]
    public async Task A_burst_is_all_200_and_all_of_it_is_stored()
    {
        await using var host = await (await EmulatedCloudHost.StartAsync()).UntilReadyAsync();
        var url = new Uri(host.Receiver.Address, "/webhooks/thunderstack");

        await host.ControlAsync(HttpMethod.Post, "/emulator/bursts", new { count = 300, rate = 1_000, nodeId = "node-a", url });

        (await host.StoredAsync()).Should().HaveCount(300);
        (await host.HandledAsync(300)).Should().HaveCount(300).And.OnlyHaveUniqueItems();
    }

    [Fact]
    public async Task A_receiver_that_was_not_ready_gets_the_event_again_and_stores_it_once()
    {
        await using var host = await EmulatedCloudHost.StartAsync(
            new(EmulatedCloudHost.Persistent) { ["PublicKey"] = "ServerError" },
            new() { ["PublicKey:RefetchFloor"] = "00:00:01" });

        var sent = await host.SendAsync();
        EmulatedCloudHost.AnswersOf(sent)[0].Status.Should().Be(503, "there is no key yet");
        await host.ControlAsync(HttpMethod.Put, "/emulator/key", new { answer = "Pem" });

        (await host.HandledAsync(1)).Should().Equal(sent.GetProperty("body").GetString());
        (await host.StoredAsync()).Should().ContainSingle();
    }

    private static async Task OnlyTheNextIsStoredAndHandledAsync(EmulatedCloudHost host)
    {
        (await host.StoredAsync()).Should().BeEmpty();
        var next = await host.SendAsync("PAUSED");
        EmulatedCloudHost.AnswersOf(next).Single().Status.Should().Be(200, "the faults are not the node's");
        (await host.HandledAsync(1)).Should().Equal(next.GetProperty("body").GetString());
    }

    private static async Task NodeIsRunningAsync(EmulatedCloudHost host) =>
        (await host.Receiver.Inbox.ListNodeStatesAsync(TestContext.Current.CancellationToken)).Single().Status.Should().Be(NodeStatus.Running);
}
