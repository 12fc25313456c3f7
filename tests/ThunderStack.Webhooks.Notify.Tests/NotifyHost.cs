using System.Security.Cryptography;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Keys;
using ThunderStack.Webhooks.Testing;

namespace ThunderStack.Webhooks.Notify.Tests;

/// <summary>The dispatcher with notifiers, on a real file and a fake clock, without a web server.</summary>
internal sealed class NotifyHost : IAsyncDisposable
{
    private static readonly WebhookPublicKey Key = PublicKeyPolicy.Parse(TestKey.Default.PublicKeyPem).Key!;

    private readonly TemporaryDirectory _directory;
    private readonly IHost _host;
    private int _appended;

    private NotifyHost(TemporaryDirectory directory, IHost host, CountedClock time, LogCapture log)
    {
        _directory = directory;
        _host = host;
        Time = time;
        Log = log;
    }

    public CountedClock Time { get; }

    public LogCapture Log { get; }

    public string Folder => _directory.Path;

    public IServiceProvider Services => _host.Services;

    public IInboxAdministration Administration => Services.GetRequiredService<IInboxAdministration>();

    public static async Task<NotifyHost> StartAsync(
        IEnumerable<(string Key, string? Value)> handlers, Action<ThunderStackWebhooksBuilder>? configure = null, params (string Key, string? Value)[] settings)
    {
        var directory = new TemporaryDirectory();
        var time = new CountedClock(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        var log = new LogCapture();
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ThunderStack:Nodes:0:NodeId"] = "node-a",
            ["ThunderStack:Nodes:0:Name"] = "alice",
            ["ThunderStack:PublicKey:Pinned:0"] = TestKey.Default.PublicKeyPem,

            // So that the clock, which tests move faster than it goes, ends no attempt on a busy machine.
            ["ThunderStack:Dispatch:HandlerTimeout"] = "01:00:00",
            ["ThunderStack:Inbox:ConnectionString"] = $"Data Source={directory.File("inbox.db")}",
        });
        builder.Configuration.AddInMemoryCollection(handlers.Select(setting => KeyValuePair.Create($"ThunderStack:Handlers:{setting.Key}", setting.Value)));
        builder.Configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create($"ThunderStack:{setting.Key}", setting.Value)));
        builder.Services.AddSingleton<TimeProvider>(time);
        builder.Logging.ClearProviders().SetMinimumLevel(LogLevel.Trace).AddProvider(log);
        var webhooks = builder.Services.AddThunderStackWebhooksCore(builder.Configuration).UseSqliteInbox().AddConfiguredHandlers().AddNotifiers();
        configure?.Invoke(webhooks);
        var host = builder.Build();
        await host.StartInAsync(directory);
        return new NotifyHost(directory, host, time, log);
    }

    /// <summary>Appends a new event of the node and returns its id.</summary>
    /// <param name="status">What the node did.</param>
    /// <param name="nodeId">The node.</param>
    /// <param name="behind">How far the clock of the receiver that takes it is behind.</param>
    public async Task<WebhookEventId> AppendAsync(string status, string nodeId = "node-a", TimeSpan behind = default)
    {
        var n = Interlocked.Increment(ref _appended);
        var body = BitConverter.GetBytes(n);
        var timestamp = Time.GetUtcNow();
        var entry = new InboxEntry
        {
            Id = WebhookEventId.Create(timestamp, SHA256.HashData(body)),
            NodeId = new NodeId(nodeId),
            EventType = NodeStatusUpdated.TypeName,
            Status = new NodeStatus(status),
            TimestampText = timestamp.ToString("O"),
            Timestamp = timestamp,
            ReceivedAt = timestamp - behind,
            Body = body,
            Signature = new byte[] { 1 },
            Key = Key.Fingerprint,
        };
        (await Services.GetRequiredService<IInbox>().AppendAsync(entry, Key, TestContext.Current.CancellationToken)).Outcome.Should().Be(AppendOutcome.Stored);
        return entry.Id;
    }

    /// <summary>Moves the clock on until the condition holds.</summary>
    public Task AdvanceUntilAsync(Func<Task<bool>> condition, int seconds = 1) => Eventually.TrueAsync(async () =>
    {
        if (await condition())
        {
            return true;
        }

        Time.Advance(TimeSpan.FromSeconds(seconds));
        return false;
    });

    public Task AdvanceUntilAsync(Func<bool> condition, int seconds = 1) => AdvanceUntilAsync(() => Task.FromResult(condition()), seconds);

    public async Task<DeliveryRecord?> FindDeliveryAsync(WebhookEventId id, string handler) =>
        (await Administration.ListDeliveriesAsync(id, TestContext.Current.CancellationToken)).FirstOrDefault(record => record.Handler == handler);

    /// <summary>Waits, without moving the clock, until the delivery stands so.</summary>
    public async Task<DeliveryRecord> DeliveryIsAsync(WebhookEventId id, string handler, DeliveryState state)
    {
        DeliveryRecord? record = null;
        await Eventually.TrueAsync(async () => (record = await FindDeliveryAsync(id, handler))?.State == state, $"the delivery should be {state}");
        return record!;
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
        _directory.Dispose();
    }
}
