using System.Security.Cryptography;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Keys;
using ThunderStack.Webhooks.Testing;

namespace ThunderStack.Webhooks.Tests.Dispatch;

/// <summary>The dispatcher on a real store and a fake clock, without a web server.</summary>
internal sealed class DispatchHost : IAsyncDisposable
{
    private static readonly WebhookPublicKey Key = PublicKeyPolicy.Parse(TestKey.Default.PublicKeyPem).Key!;

    private readonly TemporaryDirectory _directory;
    private readonly IHost _host;
    private int _appended;

    private DispatchHost(TemporaryDirectory directory, IHost host, CountedClock time)
    {
        _directory = directory;
        _host = host;
        Time = time;
    }

    public CountedClock Time { get; }

    public IServiceProvider Services => _host.Services;

    public IInbox Inbox => Services.GetRequiredService<IInbox>();

    public IInboxAdministration Administration => Services.GetRequiredService<IInboxAdministration>();

    public static async Task<DispatchHost> StartAsync(Action<ThunderStackWebhooksBuilder> configure, Dictionary<string, string?>? settings = null)
    {
        var directory = new TemporaryDirectory();
        var time = new CountedClock(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ThunderStack:Nodes:0:NodeId"] = "node-a",
            ["ThunderStack:PublicKey:Pinned:0"] = TestKey.Default.PublicKeyPem,
            ["ThunderStack:Inbox:ConnectionString"] = $"Data Source={directory.File("inbox.db")}",
        });
        builder.Configuration.AddInMemoryCollection(settings ?? []);
        builder.Services.AddSingleton<TimeProvider>(time);
        builder.Logging.ClearProviders();
        configure(builder.Services.AddThunderStackWebhooksCore(builder.Configuration).UseSqliteInbox());
        var host = builder.Build();
        await host.StartInAsync(directory);
        return new DispatchHost(directory, host, time);
    }

    /// <summary>Appends a new event of the node and returns its id.</summary>
    public Task<WebhookEventId> AppendAsync(string nodeId = "node-a", string status = "RUNNING", string eventType = NodeStatusUpdated.TypeName) =>
        AppendAsync(nodeId, status, eventType, DateTimeOffset.UnixEpoch.AddSeconds(_appended + 1));

    /// <summary>Appends a new event that happens now.</summary>
    public Task<WebhookEventId> AppendAtAsync(string nodeId, string status) => AppendAsync(nodeId, status, NodeStatusUpdated.TypeName, Time.GetUtcNow());

    private async Task<WebhookEventId> AppendAsync(string nodeId, string status, string eventType, DateTimeOffset timestamp)
    {
        var body = BitConverter.GetBytes(Interlocked.Increment(ref _appended));
        var entry = new InboxEntry
        {
            Id = WebhookEventId.Create(timestamp, SHA256.HashData(body)),
            NodeId = new NodeId(nodeId),
            EventType = eventType,
            Status = eventType == NodeStatusUpdated.TypeName ? new NodeStatus(status) : null,
            TimestampText = timestamp.ToString("O"),
            Timestamp = timestamp,
            ReceivedAt = Time.GetUtcNow(),
            Body = body,
            Signature = new byte[] { 1 },
            Key = Key.Fingerprint,
        };
        (await Inbox.AppendAsync(entry, Key, TestContext.Current.CancellationToken)).Outcome.Should().Be(AppendOutcome.Stored);
        return entry.Id;
    }

    /// <summary>Moves the clock on, second by second, until the condition holds.</summary>
    public Task AdvanceUntilAsync(Func<bool> condition) => AdvanceUntilAsync(() => Task.FromResult(condition()));

    public Task AdvanceUntilAsync(Func<Task<bool>> condition) => Eventually.TrueAsync(async () =>
    {
        if (await condition())
        {
            return true;
        }

        Time.Advance(TimeSpan.FromSeconds(1));
        return false;
    });

    public async Task<DeliveryRecord?> FindDeliveryAsync(WebhookEventId id, string handler) =>
        (await Administration.ListDeliveriesAsync(id, TestContext.Current.CancellationToken)).FirstOrDefault(d => d.Handler == handler);

    /// <summary>Waits, without moving the clock, until the delivery stands so.</summary>
    public async Task<DeliveryRecord> DeliveryIsAsync(WebhookEventId id, string handler, DeliveryState state)
    {
        DeliveryRecord? record = null;
        await Eventually.TrueAsync(async () => (record = await FindDeliveryAsync(id, handler))?.State == state, $"the delivery should be {state}");
        return record!;
    }

    public Task StopAsync() => _host.StopAsync();

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
        _directory.Dispose();
    }
}
