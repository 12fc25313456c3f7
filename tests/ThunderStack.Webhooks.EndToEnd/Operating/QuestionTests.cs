using System.Diagnostics;
using System.Globalization;
using ThunderStack.Webhooks.EndToEnd.Traffic;

namespace ThunderStack.Webhooks.EndToEnd.Operating;

/// <remarks>The size is that of CI. The whole: <c>THUNDERSTACK_OPERATED_EVENTS=1000000</c>.</remarks>
public sealed class QuestionTests
{
    private const int Nodes = 200;
    private const int DeadLetters = 10_000;
    private const int Samples = 9;

    // Beside other tests a machine has little time left: there it shows that nothing grows with a table, and a campaign the rest.
    private static readonly TimeSpan Quick = TimeSpan.FromMilliseconds(Campaign.IsOperatedAlone ? 300 : 1_500);

    [Theory]
    [InlineData("Sqlite")]
    [InlineData("PostgreSql")]
    public async Task Everything_can_be_asked_and_paged_through_while_events_arrive(string provider)
    {
        await using var store = await OperatedStore.CreateAsync(provider);
        var started = Stopwatch.GetTimestamp();
        var ids = await FilledInbox.FillAsync(store.Use, FilledInbox.NodesOf(Nodes), Campaign.OperatedEvents, DeadLetters);
        Campaign.Tell($"{provider}: {ids.Count} events stored and handled in {Stopwatch.GetElapsedTime(started).TotalSeconds:0} s");
        await using var emptyStore = await OperatedStore.CreateAsync(provider);
        await using var recorder = await RecordingHandler.StartAsync();
        await using var receiver = await StartAsync(store, recorder);
        await using var emptyReceiver = await StartAsync(emptyStore, recorder);
        await using var load = new Load { Rest = TimeSpan.FromMilliseconds(50), Targets = [receiver.Process.WebhookUrl, emptyReceiver.Process.WebhookUrl] };
        load.Start();

        var measured = await MeasureAsync([receiver, emptyReceiver], ids[ids.Count / 2].ToString());

        // Everything that was there before is listed once; what arrives meanwhile repeats and hides nothing.
        started = Stopwatch.GetTimestamp();
        var seen = new HashSet<string>();
        await foreach (var item in receiver.ListAsync("/api/v1/events"))
        {
            seen.Add(item.GetProperty("id").GetString()!).Should().BeTrue("{0} is one event", item);
        }

        Campaign.Tell($"{provider}: paged through in {Stopwatch.GetElapsedTime(started).TotalSeconds:0} s, {load.Total} events arrived since the start");
        ids.Count(id => !seen.Contains(id.ToString())).Should().Be(0);
        var dead = new HashSet<string>();
        await foreach (var item in receiver.ListAsync("/api/v1/deliveries?state=deadLettered"))
        {
            dead.Add(item.GetProperty("eventId").GetString()!).Should().BeTrue("{0} is one delivery", item);
        }

        dead.Should().HaveCount(DeadLetters);
        load.Total.Should().BePositive("otherwise nothing arrived meanwhile");
        foreach (var (path, took) in measured)
        {
            Campaign.Tell($"{provider}: {took[0].TotalMilliseconds,6:0.0} ms, empty {took[1].TotalMilliseconds,6:0.0} ms  {path}");
        }

        measured.Should().AllSatisfy(question => question.Value[0].Should().BeLessThanOrEqualTo(
            TimeSpan.FromTicks(Math.Max(Quick.Ticks, 3 * question.Value[1].Ticks)), "{0} was asked", question.Key));
    }

    private static Task<OperatedReceiver> StartAsync(OperatedStore store, RecordingHandler recorder) =>
        OperatedReceiver.StartAsync(store.Settings("receiver").WithNodes([.. FilledInbox.NodesOf(Nodes), .. Load.AllNodes]).ForwardingTo(recorder));

    // Of all receivers in turns, so that whatever else the machine does hits all of them alike.
    private static async Task<IReadOnlyDictionary<string, TimeSpan[]>> MeasureAsync(OperatedReceiver[] receivers, string id)
    {
        var now = TimeProvider.System.GetUtcNow();
        string Ago(int minutes) => now.AddMinutes(-minutes).ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
        (string Name, string Path)[] questions =
        [
            .. new[]
            {
                "overview", "conditions?closed=true", "nodes", "nodes/filled-100", "nodes/filled-100/timeline", "handlers", "audit", "refusals",
                "events", "events?limit=40", "events?limit=40&node=filled-100", "events?limit=40&status=PAUSED", "events?limit=40&status=FAILED",
                "events?limit=40&state=deadLettered", "events?limit=40&state=succeeded&handler=recorder", "events?limit=40&type=NODE_STATUS_UPDATED",
                "events?limit=40&node=filled-100&status=PAUSED&state=deadLettered", "events?limit=40&text=filled-17",
                "deliveries", "deliveries?limit=40&state=succeeded", "deliveries?limit=40&handler=recorder&node=filled-100", "deliveries/failures",
            }.Select(question => (question, question)),
            ("events?text=an id's end", $"events?limit=40&text={id[^10..]}"),
            ("events?from=&to=", $"events?limit=40&from={Ago(30)}&to={Ago(0)}"),
        ];
        var took = questions.ToDictionary(question => question.Name, _ => receivers.Select(_ => new List<TimeSpan>()).ToArray());
        foreach (var (name, path) in Enumerable.Repeat(questions, Samples + 1).SelectMany(all => all))
        {
            foreach (var (i, receiver) in receivers.Index())
            {
                var started = Stopwatch.GetTimestamp();
                await receiver.GetAsync($"/api/v1/{path}");
                took[name][i].Add(Stopwatch.GetElapsedTime(started));
            }
        }

        // The first time everything is compiled.
        return took.ToDictionary(
            question => question.Key,
            question => question.Value.Select(samples => samples.Skip(1).Order().ElementAt(Samples / 2)).ToArray());
    }
}
