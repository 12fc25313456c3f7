using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Testing;

namespace ThunderStack.Webhooks.Receiver.Tests.Handlers;

/// <summary>What Forward does with a connection that ends in place of an answer. The clock stands still: nothing is retried later.</summary>
public sealed class ForwardConnectionTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(nameof(ClosingServer.Reply.Close))]
    [InlineData(nameof(ClosingServer.Reply.Reset))]
    public async Task A_kept_connection_that_ends_unanswered_is_replaced_at_once_within_the_same_attempt(string ending)
    {
        await using var server = new ClosingServer(request => request == 2 ? Enum.Parse<ClosingServer.Reply>(ending) : ClosingServer.Reply.Answer);
        await using var receiver = await StartAsync(server);
        await ForwardAsync(receiver, DeliveryState.Succeeded);

        var second = await ForwardAsync(receiver, DeliveryState.Succeeded);

        second.Attempts.Should().Be(1);
        server.Requests.Select(request => request.Connection).Should().Equal(1, 1, 2);
        server.Requests.Skip(1).Should().OnlyContain(request => request.Head.Contains($"X-ThunderStack-Event-Id: {second.EventId}\n", StringComparison.Ordinal)
            && request.Head.Contains("X-ThunderStack-Attempt: 1\n", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_new_connection_that_ends_unanswered_as_well_is_a_failed_attempt()
    {
        await using var server = new ClosingServer(request => request == 1 ? ClosingServer.Reply.Answer : ClosingServer.Reply.Close);
        await using var receiver = await StartAsync(server);
        await ForwardAsync(receiver, DeliveryState.Succeeded);

        var second = await ForwardAsync(receiver, DeliveryState.Scheduled);

        second.Attempts.Should().Be(1);
        second.Error.Should().Contain("ended");
        server.Requests.Should().HaveCount(3, "the second event was sent over the kept connection and over a new one");
    }

    [Fact]
    public async Task A_first_connection_that_ends_unanswered_is_a_failed_attempt()
    {
        await using var server = new ClosingServer(_ => ClosingServer.Reply.Close);
        await using var receiver = await StartAsync(server);

        await ForwardAsync(receiver, DeliveryState.Scheduled);

        server.Requests.Should().ContainSingle();
    }

    private static Task<ReceiverHost> StartAsync(ClosingServer server) => ReceiverHost.StartAsync(
        new Dictionary<string, string?>
        {
            ["ThunderStack:Handlers:ops:Type"] = "Forward",
            ["ThunderStack:Handlers:ops:Url"] = server.Address.ToString(),
        },
        builder => builder.Services.AddSingleton<TimeProvider>(new FakeTimeProvider(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero))));

    /// <summary>Sends an event, and waits until its delivery is in this state.</summary>
    private static async Task<DeliveryRecord> ForwardAsync(ReceiverHost receiver, DeliveryState state)
    {
        var before = (await receiver.ListStoredAsync()).Select(entry => entry.Id).ToHashSet();
        using var response = await receiver.SendAsync(SignedDelivery.Valid().WithStatus(before.Count == 0 ? "STARTING" : "RUNNING"));
        response.EnsureSuccessStatusCode();
        var id = (await receiver.ListStoredAsync()).Select(entry => entry.Id).Single(stored => !before.Contains(stored));
        DeliveryRecord? found = null;
        await Eventually.TrueAsync(async () =>
        {
            found = (await receiver.Inbox.ListDeliveriesAsync(id, Token)).FirstOrDefault(delivery => delivery.State == state);
            return found is not null;
        });
        return found!;
    }
}
