using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ThunderStack.Cloud;
using ThunderStack.Cloud.NodeApi;
using ThunderStack.Webhooks.Conditions;
using ThunderStack.Webhooks.Dispatch;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Intake;
using ThunderStack.Webhooks.NodeWatch.Unlocking;
using ThunderStack.Webhooks.Testing;

namespace ThunderStack.Webhooks.NodeWatch.Tests;

/// <summary>A receiver that watches, on SQLite and a fake clock, with its dispatcher and a handler that is told of conditions.</summary>
internal sealed class WatchHost : IAsyncDisposable
{
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(5);

    private readonly TemporaryDirectory _directory;
    private readonly IHost _host;
    private readonly ServiceProvider _clients;
    private readonly ConcurrentQueue<string> _told;
    private LogCapture _log = new();
    private int _sent;

    public static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private WatchHost(TemporaryDirectory directory, IHost host, ServiceProvider clients, ConcurrentQueue<string> told, CountedClock time)
    {
        _directory = directory;
        _host = host;
        _clients = clients;
        _told = told;
        Time = time;
    }

    public CountedClock Time { get; }

    public IServiceProvider Services => _host.Services;

    /// <summary>The conditions that a handler was told of: <c>NodeLocked Opened node-a</c>.</summary>
    public IReadOnlyCollection<string> Told => _told;

    public IInboxAdministration Inbox => Services.GetRequiredService<IInboxAdministration>();

    public IReadOnlyCollection<string> Log => _log.Lines;

    public string DatabaseFile => _directory.File("inbox.db");

    private static CancellationToken None => TestContext.Current.CancellationToken;

    /// <summary>Starts one that knows the cloud's token.</summary>
    public static Task<WatchHost> StartAsync(RunningCloud cloud, params string[] nodes) => StartAsync(
        [
            .. nodes.Select((node, i) => ($"Nodes:{i}:NodeId", (string?)node)),
            ("Cloud:BaseAddress", cloud.Url),
            ("Cloud:ApiToken", RunningCloud.Token),
            ("Cloud:NodeApiHosts:0", "127.0.0.1"),
        ]);

    public static async Task<WatchHost> StartAsync((string Key, string? Value)[] settings, Action<IServiceCollection>? configure = null)
    {
        var directory = new TemporaryDirectory();
        var told = new ConcurrentQueue<string>();
        var time = new CountedClock(Start);
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection(
            settings.GroupBy(setting => setting.Key).Select(setting => KeyValuePair.Create($"ThunderStack:{setting.Key}", setting.Last().Value)));
        builder.Configuration["ThunderStack:PublicKey:Pinned:0"] = TestKey.Default.PublicKeyPem;
        builder.Configuration["ThunderStack:Inbox:ConnectionString"] = $"Data Source={directory.File("inbox.db")}";
        builder.Services.AddSingleton<TimeProvider>(time);
        var log = new LogCapture();
        builder.Logging.ClearProviders().AddProvider(log);
        builder.Services.AddThunderStackWebhooksCore(builder.Configuration).UseSqliteInbox().AddConfiguredHandlers().AddNodeWatch()
            .AddHandler<ConditionChanged>("pager", (condition, _, _) =>
            {
                told.Enqueue($"{condition.Kind} {condition.Change} {condition.Subject}{(condition.IsQuiet ? " quietly" : "")}");
                return Task.CompletedTask;
            });

        // Answers that are under way take real time: their limits must not run out while the test moves its clock.
        var clients = new ServiceCollection()
            .AddThunderStackNodeApi()
            .AddThunderStackCloud(options =>
            {
                options.BaseAddress = builder.Configuration["ThunderStack:Cloud:BaseAddress"] ?? options.BaseAddress;
                options.ApiToken = builder.Configuration["ThunderStack:Cloud:ApiToken"];
            })
            .BuildServiceProvider();
        builder.Services.AddSingleton(_ => clients.GetRequiredService<NodeApiClient>());
        builder.Services.AddSingleton(_ => clients.GetRequiredService<ThunderStackCloudClient>());
        configure?.Invoke(builder.Services);
        var host = builder.Build();
        await host.StartInAsync(directory);
        return new WatchHost(directory, host, clients, told, time) { _log = log };
    }

    /// <summary>Receives a webhook with a status.</summary>
    public async Task ReceiveAsync(string node, string status)
    {
        var delivery = SignedDelivery.Valid().ForNode(node).WithStatus(status).At(Time.GetUtcNow().AddMilliseconds(++_sent));
        var result = await Services.GetRequiredService<WebhookIntake>().ReceiveAsync(
            delivery.Body, Convert.FromBase64String(delivery.Signature!), endpointNode: null, None);
        result.Outcome.Should().Be(IntakeOutcome.Stored);
    }

    public NodeReading? ReadingOf(string node) => Services.GetRequiredService<NodeReadings>().Current?.GetValueOrDefault(new NodeId(node));

    public NodeApiState? StateOf(string node) => ReadingOf(node)?.State;

    /// <summary>Moves the clock on, step by step, until the node was found in this state.</summary>
    public Task IsAsync(string node, NodeApiState state) => AdvanceUntilAsync(() => StateOf(node) == state);

    /// <summary>Moves the clock on, step by step, until a handler was told all of this, in any order, and nothing else.</summary>
    public async Task ToldAsync(params string[] expected)
    {
        await AdvanceUntilAsync(() => Told.Count >= expected.Length);
        Told.Should().BeEquivalentTo(expected);
    }

    /// <summary>Moves the clock on, step by step, while the node is looked at so many times more.</summary>
    public async Task LooksAsync(string node, int count)
    {
        for (var i = 0; i < count; i++)
        {
            var before = ReadingOf(node)?.SeenAt;
            await AdvanceUntilAsync(() => ReadingOf(node)?.SeenAt > (before ?? default));
        }
    }

    public Task AdvanceUntilAsync(Func<bool> condition) => AdvanceUntilAsync(() => Task.FromResult(condition()));

    public Task AdvanceUntilAsync(Func<Task<bool>> condition) => Eventually.TrueAsync(async () =>
    {
        if (await condition())
        {
            return true;
        }

        // What has begun expires by this clock, which must not overtake it on a busy machine.
        var isUnderWay = (await Inbox.ListBacklogAsync("unlock", None)).Any(lane => lane.Pending > 0);
        Time.Advance(isUnderWay ? Step / 10 : Step);
        return false;
    });

    /// <summary>Moves the clock on until there are so many dead letters; returns what the last of them says.</summary>
    public async Task<string> DeadLetterAsync(int count)
    {
        await AdvanceUntilAsync(async () => (await Inbox.ListDeadLettersAsync(10, None)).Count >= count);
        var letters = await Inbox.ListDeadLettersAsync(10, None);
        letters.Should().HaveCount(count);
        return letters.MaxBy(letter => letter.At)!.Error!;
    }

    /// <summary>Gives an event to the handler that unlocks, as its next delivery would.</summary>
    public async Task UnlockAsync(InboxEntry entry, bool isStale = false)
    {
        var handler = ActivatorUtilities.CreateInstance<UnlockHandler>(Services, new UnlockLimits(3, TimeSpan.FromHours(1)));
        var context = new DeliveryContext
        {
            EventId = entry.Id,
            Handler = "unlock",
            Attempt = 1,
            ReceivedAt = Time.GetUtcNow(),
            IsStale = isStale,
            Body = entry.Body,
            Signature = default,
        };
        await handler.HandleAsync(ConditionChanged.Read(entry), context, None);
    }

    public Task<IReadOnlyList<Condition>> OpenAsync() => Services.GetRequiredService<IInboxAdministration>().ListConditionsAsync(closed: false, None);

    /// <summary>What the gauge of readiness says: <c>node-a locked</c> for each series that is 1, and how many there are.</summary>
    public (IReadOnlyList<string> Ones, int Series) Readiness()
    {
        var meters = Services.GetRequiredService<IMeterFactory>();
        var ones = new List<string>();
        var series = 0;
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Name == "thunderstack.node.readiness" && ReferenceEquals(instrument.Meter.Scope, meters))
                {
                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<int>((_, value, tags, _) =>
        {
            series++;
            if (value == 1)
            {
                ones.Add($"{tags[0].Value} {tags[1].Value}");
            }
        });
        listener.Start();
        listener.RecordObservableInstruments();
        return (ones, series);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
        await _clients.DisposeAsync();
        _directory.Dispose();
    }
}
