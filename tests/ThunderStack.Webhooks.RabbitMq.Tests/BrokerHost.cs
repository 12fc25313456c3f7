using System.Collections.Concurrent;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Testing;
using ThunderStack.Webhooks.Testing.Inbox;

namespace ThunderStack.Webhooks.RabbitMq.Tests;

/// <summary>The dispatcher with one handler, <c>broker</c>, on a real file, without a web server.</summary>
internal sealed class BrokerHost : IAsyncDisposable
{
    public const string Handler = "broker";

    private readonly TemporaryDirectory _directory;
    private readonly IHost _host;
    private readonly LogCapture _log;

    private BrokerHost(TemporaryDirectory directory, IHost host, LogCapture log) => (_directory, _host, _log) = (directory, host, log);

    /// <summary>Every line that was logged, exceptions included.</summary>
    public IReadOnlyCollection<string> Log => _log.Lines;

    public string Database => _directory.File("inbox.db");

    private IInboxAdministration Administration => _host.Services.GetRequiredService<IInboxAdministration>();

    /// <summary>Starts one that tries again after 50 ms, twice unless told otherwise.</summary>
    public static async Task<BrokerHost> StartAsync(string uri, string exchange, string? routingKey = null, int retries = 2, string? timeout = null)
    {
        var settings = new Dictionary<string, string?>
        {
            [$"ThunderStack:Handlers:{Handler}:Type"] = "RabbitMq",
            [$"ThunderStack:Handlers:{Handler}:Uri"] = uri,
            [$"ThunderStack:Handlers:{Handler}:Exchange"] = exchange,
            [$"ThunderStack:Handlers:{Handler}:RoutingKey"] = routingKey,
            [$"ThunderStack:Handlers:{Handler}:Timeout"] = timeout,
        };
        for (var retry = 0; retry < retries; retry++)
        {
            settings[$"ThunderStack:Handlers:{Handler}:RetryDelays:{retry}"] = "00:00:00.05";
        }

        return await StartAsync(configuration => configuration.AddInMemoryCollection(settings.Where(setting => setting.Value is not null)));
    }

    public static async Task<BrokerHost> StartAsync(Action<IConfigurationBuilder> configure)
    {
        var directory = new TemporaryDirectory();
        var log = new LogCapture();
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        configure(builder.Configuration);
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ThunderStack:Nodes:0:NodeId"] = "node-a",
            ["ThunderStack:PublicKey:Pinned:0"] = TestKey.Default.PublicKeyPem,
            ["ThunderStack:Inbox:ConnectionString"] = $"Data Source={directory.File("inbox.db")}",
        });
        builder.Logging.ClearProviders().SetMinimumLevel(LogLevel.Trace).AddProvider(log);
        builder.Services.AddThunderStackWebhooksCore(builder.Configuration).UseSqliteInbox().AddConfiguredHandlers().AddRabbitMq();
        var host = builder.Build();
        await host.StartInAsync(directory);
        return new BrokerHost(directory, host, log);
    }

    public async Task<WebhookEventId> AppendAsync(InboxEntry entry)
    {
        (await _host.Services.GetRequiredService<IInbox>().AppendAsync(entry, TestEntry.Key, TestContext.Current.CancellationToken))
            .Outcome.Should().Be(AppendOutcome.Stored);
        return entry.Id;
    }

    /// <summary>Waits until the delivery stands so.</summary>
    public async Task<DeliveryRecord> DeliveryIsAsync(WebhookEventId id, DeliveryState state)
    {
        DeliveryRecord? record = null;
        await Eventually.TrueAsync(
            async () =>
            {
                var records = await Administration.ListDeliveriesAsync(id, TestContext.Current.CancellationToken);
                record = records.FirstOrDefault(found => found.Handler == Handler);
                return record?.State == state;
            },
            $"the delivery should be {state}");
        return record!;
    }

    public async Task ReplayAsync(WebhookEventId id) =>
        (await Administration.ReplayAsync(new DeliveryFilter { EventId = id }, TestContext.Current.CancellationToken)).Should().Be(1);

    /// <summary>Waits until an attempt has failed with this in its error.</summary>
    public Task FailedAsync(string because) => Eventually.TrueAsync(
        () => Log.Any(line => line.Contains("failed for event", StringComparison.Ordinal) && line.Contains(because, StringComparison.Ordinal)),
        $"an attempt should fail with \"{because}\"");

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        await ((IAsyncDisposable)_host).DisposeAsync();
        _directory.Dispose();
    }
}
