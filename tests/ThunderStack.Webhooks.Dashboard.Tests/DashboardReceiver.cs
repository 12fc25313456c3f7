using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using ThunderStack.Webhooks.Dispatch;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Management.Hosting;
using ThunderStack.Webhooks.Management.Routing;
using ThunderStack.Webhooks.Testing;

namespace ThunderStack.Webhooks.Dashboard.Tests;

/// <summary>A receiver of one's own with the pages: real servers, a real file, a pinned key, and handlers that do as they are told.</summary>
internal sealed class DashboardReceiver : IAsyncDisposable
{
    public const string ReadKey = "0123456789abcdef0123456789abcdef-read";
    public const string OperateKey = "0123456789abcdef0123456789abcdef-operate";
    public const string OtherKey = "0123456789abcdef0123456789abcdef-revoked";

    private readonly TemporaryDirectory _directory;
    private readonly WebApplication _app;
    private readonly HttpClient _webhooks;
    private readonly DateTimeOffset _startedAt;
    private int _sent;

    private DashboardReceiver(TemporaryDirectory directory, WebApplication app, int port, LogCapture log)
    {
        (_directory, _app, Port, Log) = (directory, app, port, log);
        Address = new Uri($"http://127.0.0.1:{port}/");
        _webhooks = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        _startedAt = app.Services.GetRequiredService<TimeProvider>().GetUtcNow();
    }

    public int Port { get; }

    public Uri Address { get; }

    public Uri WebhookAddress => _webhooks.BaseAddress!;

    public LogCapture Log { get; }

    public IServiceProvider Services => _app.Services;

    public IInboxAdministration Inbox => Services.GetRequiredService<IInboxAdministration>();

    public IConfigurationRoot Settings => (IConfigurationRoot)Services.GetRequiredService<IConfiguration>();

    /// <summary>Whether the handler <c>hook</c> fails.</summary>
    public bool HookFails { get; set; }

    /// <summary>Every page that a person can open, as its pattern.</summary>
    public IReadOnlyList<ManagementRoute> Routes =>
        [.. Services.GetRequiredService<ManagementHost>().Server!.GetRequiredService<EndpointDataSource>().Endpoints
            .Select(endpoint => endpoint.Metadata.GetMetadata<ManagementRoute>()).OfType<ManagementRoute>()];

    private static CancellationToken None => TestContext.Current.CancellationToken;

    /// <summary>Starts one.</summary>
    /// <param name="settings">Settings beside, or in place of, those of every test.</param>
    /// <param name="time">Its clock; by default the real one, by which a browser lives.</param>
    public static async Task<DashboardReceiver> StartAsync(Dictionary<string, string?>? settings = null, TimeProvider? time = null)
    {
        var directory = new TemporaryDirectory();
        var log = new LogCapture();
        var port = LoopbackPort.FindFree();
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { EnvironmentName = Environments.Production });
        var written = new Dictionary<string, string?>
        {
            ["Nodes:0:NodeId"] = "node-a",
            ["Nodes:0:Name"] = "alpha",
            ["Nodes:1:NodeId"] = "node-b",
            ["Nodes:1:Name"] = "bravo",
            ["PublicKey:Pinned:0"] = TestKey.Default.PublicKeyPem,
            ["Cloud:BaseAddress"] = "http://127.0.0.1:1",
            ["Inbox:ConnectionString"] = $"Data Source={directory.File("inbox.db")}",
            ["Management:Port"] = $"{port}",
            ["Management:ApiKeys:viewer:Key"] = ReadKey,
            ["Management:ApiKeys:viewer:Role"] = "Read",
            ["Management:ApiKeys:ops:Key"] = OperateKey,
            ["Management:ApiKeys:ops:Role"] = "Operate",
            ["Management:ApiKeys:leaver:Key"] = OtherKey,
            ["Management:ApiKeys:leaver:Role"] = "Operate",
        };
        foreach (var (key, value) in settings ?? [])
        {
            written[key] = value;
        }

        builder.Configuration.AddInMemoryCollection(
            written.Where(setting => setting.Value is not null).Select(setting => KeyValuePair.Create($"ThunderStack:{setting.Key}", setting.Value)));
        builder.WebHost.UseKestrelCore().UseThunderStackWebhookServer().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRoutingCore();
        if (time is not null)
        {
            builder.Services.AddSingleton(time);
        }

        builder.Logging.AddProvider(log);
        DashboardReceiver? receiver = null;
        builder.Services.AddThunderStackWebhooks(builder.Configuration).UseSqliteInbox()
            .AddHandler<NodeStatusUpdated>("hook", (_, _, _) => receiver is { HookFails: true } ? throw new DeadLetterException(HostileText.Error) : Task.CompletedTask)
            .AddHandler<NodeStatusUpdated>("quiet", (_, _, _) => Task.CompletedTask)
            .AddManagement().AddDashboard();
        var app = builder.Build();
        app.MapThunderStackWebhooks();
        await app.StartInAsync(directory);
        return receiver = new DashboardReceiver(directory, app, port, log);
    }

    /// <summary>Receives a webhook, whose timestamp is its own; returns the event's id.</summary>
    public Task<string> ReceiveAsync(string node = "node-a", string status = "RUNNING") => ReceiveAsync(SignedDelivery.Valid().ForNode(node).WithStatus(status));

    /// <inheritdoc cref="ReceiveAsync(string, string)"/>
    public Task<string> ReceiveAsync(SignedDelivery delivery) => SendAsync(delivery.At(NextTimestamp()));

    /// <summary>Receives these bytes.</summary>
    public Task<string> ReceiveExactlyAsync(byte[] body) => SendAsync(SignedDelivery.Valid().WithBody(body));

    /// <summary>The time of the next event.</summary>
    public DateTimeOffset NextTimestamp() => _startedAt.AddMilliseconds(Interlocked.Increment(ref _sent));

    /// <summary>Waits until every handler has ended an attempt at an event.</summary>
    public Task IsDeliveredAsync(string id) => Eventually.TrueAsync(async () =>
        (await Inbox.ListDeliveriesAsync(IdOf(id), None)).Count == 2, "both handlers should have ended an attempt");

    /// <summary>Waits until the handler <c>hook</c> has given up an event that was replayed.</summary>
    public Task IsDeadAgainAsync(string id) => Eventually.TrueAsync(async () => (await Inbox.ListDeliveriesAsync(IdOf(id), None))
        .Any(delivery => delivery is { Handler: "hook", State: DeliveryState.DeadLettered }) && (await Inbox.ListFailedAttemptsAsync(IdOf(id), None)).Count == 2);

    public async ValueTask DisposeAsync()
    {
        _webhooks.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        _directory.Dispose();
    }

    private static WebhookEventId IdOf(string text) => WebhookEventId.TryParse(text, out var id) ? id : throw new ArgumentException($"{text} is no event's id.", nameof(text));

    private async Task<string> SendAsync(SignedDelivery delivery)
    {
        using var answer = await _webhooks.SendAsync(delivery.ToRequest(), None);
        answer.StatusCode.Should().Be(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync(None));
        return (await answer.Content.ReadFromJsonAsync<JsonElement>(None)).GetProperty("eventId").GetString()!;
    }
}
