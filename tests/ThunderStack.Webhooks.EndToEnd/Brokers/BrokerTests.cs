using System.Globalization;
using ThunderStack.Webhooks.EndToEnd.Processes;
using ThunderStack.Webhooks.EndToEnd.Traffic;
using ThunderStack.Webhooks.Testing;
using ThunderStack.Webhooks.Testing.RabbitMq;

namespace ThunderStack.Webhooks.EndToEnd.Brokers;

/// <remarks>
/// The counts are those of CI. The whole campaign: <c>THUNDERSTACK_BROKER_EVENTS=20000 THUNDERSTACK_BROKER_RECEIVER_KILLS=20
/// THUNDERSTACK_BROKER_KILLS=10</c>.
/// </remarks>
[Collection("Waiting")]
public sealed class BrokerTests
{
    private const string Queue = "events";
    private const string ControlQueue = "control";
    private const int ControlMessages = 200;

    // Longer than a broker takes to start, so that no event becomes a dead letter meanwhile.
    private const int Retries = 600;

    private static readonly TimeSpan Long = TimeSpan.FromSeconds(180);
    private static readonly TimeSpan StopTime = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Receiver_and_broker_killed_at_random_moments_lose_no_event_and_reorder_none()
    {
        TestRabbitMq.Require();
        var random = Campaign.CreateRandom();
        using var folder = new TemporaryDirectory();
        await using var broker = await RabbitMqBroker.StartAsync();
        await QueueRecord.DeclareAsync(broker.Uri, Queue, ControlQueue);
        var settings = SettingsIn(folder.File("data"), broker);
        await using var load = new Load { Rest = TimeSpan.FromMilliseconds(30) };

        var receiver = await ReceiverProcess.StartAsync(settings);
        try
        {
            load.Target = receiver.WebhookUrl;
            load.Start();
            var kills = Enumerable.Repeat(false, Campaign.BrokerReceiverKills).Concat(Enumerable.Repeat(true, Campaign.BrokerKills)).ToArray();
            random.Shuffle(kills);
            foreach (var (number, isBroker) in kills.Index())
            {
                // Spread over the load, each somewhere in its part of it.
                var part = Campaign.BrokerEvents / kills.Length;
                var moment = (part * number) + random.Next(part);
                await Wait.UntilAsync(() => load.Total >= moment, Long, () => $"events are accepted. It wrote:\n{receiver.Output}");
                if (isBroker)
                {
                    await KillAsync(broker);
                    continue;
                }

                await receiver.DisposeAsync();
                load.Target = null;
                receiver = await ReceiverProcess.StartAsync(settings);
                load.Target = receiver.WebhookUrl;
            }

            await Wait.UntilAsync(() => load.Total >= Campaign.BrokerEvents, Long, () => $"enough events are accepted. It wrote:\n{receiver.Output}");
            await load.StopAsync();
            var record = new QueueRecord();
            await record.ReadAsync(broker.Uri, Queue, load.Acknowledged, Long);
            var control = await QueueRecord.CountAsync(broker.Uri, ControlQueue);

            Campaign.Tell($"{Campaign.BrokerReceiverKills} kills of the receiver, {Campaign.BrokerKills} of the broker: "
                + $"{load.Total} answered 200, {load.Refused} answered 503, {load.Broken} not answered, {record.Repeats} published again. "
                + $"Without confirmations {control} of {Campaign.BrokerKills * ControlMessages} arrived.");
            load.Unexpected.Should().BeEmpty();
            record.Violations.Should().BeEmpty();
            control.Should().BeLessThan((uint)(Campaign.BrokerKills * ControlMessages), "whoever does not wait takes what is in a socket for what is in a queue");
            (await receiver.TerminateAsync(StopTime)).Should().Be(0);
        }
        finally
        {
            await receiver.DisposeAsync();
        }
    }

    /// <summary>Freezes the broker, with messages under way to it, kills it and starts it again.</summary>
    private static async Task KillAsync(RabbitMqBroker broker)
    {
        await using (var control = await UnconfirmedPublisher.ConnectAsync(broker.Uri, ControlQueue))
        {
            broker.Freeze();
            await control.PublishAsync(ControlMessages);
            await broker.KillAsync();
        }

        await broker.StartAgainAsync();
    }

    private static ReceiverSettings SettingsIn(string folder, RabbitMqBroker broker)
    {
        var settings = ReceiverSettings.In(folder)
            .With("Handlers:broker:Type", "RabbitMq")
            .With("Handlers:broker:Uri", broker.Uri)
            .With("Handlers:broker:Exchange", "")
            .With("Handlers:broker:RoutingKey", Queue);
        return Enumerable.Range(0, Retries).Aggregate(settings, (with, number) =>
            with.With($"Handlers:broker:RetryDelays:{number.ToString(CultureInfo.InvariantCulture)}", "00:00:00.5"));
    }
}
