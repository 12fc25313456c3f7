using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ThunderStack.Cloud;
using ThunderStack.Cloud.NodeApi;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Testing;

namespace ThunderStack.Webhooks.Management.Tests;

/// <summary>A receiver of one's own with the management API: two real servers, a real file, a pinned key.</summary>
internal sealed class ManagedReceiver : IAsyncDisposable
{
    public const string ReadKey = "0123456789abcdef0123456789abcdef-read";
    public const string OperateKey = "0123456789abcdef0123456789abcdef-operate";

    private static readonly TimeSpan Step = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly TemporaryDirectory _directory;
    private readonly WebApplication _app;
    private readonly ServiceProvider _clients;
    private int _sent;

    private ManagedReceiver(TemporaryDirectory directory, WebApplication app, ServiceProvider clients, CountedClock time, LogCapture log, int port)
    {
        (_directory, _app, _clients, Time, Log) = (directory, app, clients, time, log);
        Webhooks = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        Anybody = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        Reader = With(ReadKey);
        Operator = With(OperateKey);
    }

    public CountedClock Time { get; }

    public LogCapture Log { get; }

    /// <summary>Asks the port for webhooks.</summary>
    public HttpClient Webhooks { get; }

    /// <summary>Asks without a key.</summary>
    public HttpClient Anybody { get; }

    public HttpClient Reader { get; }

    public HttpClient Operator { get; }

    public IServiceProvider Services => _app.Services;

    public IInboxAdministration Inbox => Services.GetRequiredService<IInboxAdministration>();

    private static CancellationToken None => TestContext.Current.CancellationToken;

    public static async Task<ManagedReceiver> StartAsync(
        Dictionary<string, string?>? settings = null, Action<ThunderStackWebhooksBuilder>? configure = null, string environment = "Production")
    {
        var directory = new TemporaryDirectory();
        var time = new CountedClock(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        var log = new LogCapture();
        var port = LoopbackPort.FindFree();
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { EnvironmentName = environment });
        var written = new Dictionary<string, string?>
        {
            ["Nodes:0:NodeId"] = "node-a",
            ["Nodes:0:Name"] = "alpha",
            ["Nodes:1:NodeId"] = "node-b",
            ["PublicKey:Pinned:0"] = TestKey.Default.PublicKeyPem,
            ["Cloud:BaseAddress"] = "http://127.0.0.1:1",
            ["Inbox:ConnectionString"] = $"Data Source={directory.File("inbox.db")}",
            ["Management:Port"] = $"{port}",
            ["Management:ApiKeys:viewer:Key"] = ReadKey,
            ["Management:ApiKeys:viewer:Role"] = "Read",
            ["Management:ApiKeys:ops:Key"] = OperateKey,
            ["Management:ApiKeys:ops:Role"] = "operate",
        };
        foreach (var (key, value) in settings ?? [])
        {
            written[key] = value;
        }

        builder.Configuration.AddInMemoryCollection(
            written.Where(setting => setting.Value is not null).Select(setting => KeyValuePair.Create($"ThunderStack:{setting.Key}", setting.Value)));
        builder.WebHost.UseKestrelCore().UseThunderStackWebhookServer().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton<TimeProvider>(time);
        builder.Logging.AddProvider(log);
        var webhooks = builder.Services.AddThunderStackWebhooks(builder.Configuration).UseSqliteInbox().AddConfiguredHandlers();
        configure?.Invoke(webhooks);
        webhooks.AddManagement();

        // Answers that are under way take real time: their limits must not stand still with the test's clock.
        var clients = new ServiceCollection()
            .AddThunderStackNodeApi()
            .AddThunderStackCloud(options => (options.BaseAddress, options.ApiToken) = (written["Cloud:BaseAddress"]!, written.GetValueOrDefault("Cloud:ApiToken")))
            .BuildServiceProvider();
        builder.Services.AddSingleton(_ => clients.GetRequiredService<NodeApiClient>());
        builder.Services.AddSingleton(_ => clients.GetRequiredService<ThunderStackCloudClient>());
        var app = builder.Build();
        app.MapThunderStackWebhooks();
        await app.StartInAsync(directory);
        return new ManagedReceiver(directory, app, clients, time, log, port);
    }

    /// <summary>Asks with a key.</summary>
    public HttpClient With(string key)
    {
        // Of a stream that is left, nothing more is read.
        var client = new HttpClient(new SocketsHttpHandler { ResponseDrainTimeout = TimeSpan.Zero }) { BaseAddress = Anybody.BaseAddress, Timeout = Patience };
        client.DefaultRequestHeaders.Authorization = new("Bearer", key);
        return client;
    }

    /// <summary>Receives a webhook, whose timestamp is its own; returns the event's id.</summary>
    public async Task<string> ReceiveAsync(string node = "node-a", string status = "RUNNING")
    {
        var delivery = SignedDelivery.Valid().ForNode(node).WithStatus(status).At(Time.GetUtcNow().AddMilliseconds(++_sent));
        using var answer = await Webhooks.SendAsync(delivery.ToRequest(), None);
        answer.StatusCode.Should().Be(HttpStatusCode.OK);
        return (await answer.Content.ReadFromJsonAsync<JsonElement>(None)).GetProperty("eventId").GetString()!;
    }

    public async Task<JsonElement> GetAsync(string path, HttpStatusCode expected = HttpStatusCode.OK)
    {
        using var answer = await Reader.GetAsync(path, None);
        var text = await answer.Content.ReadAsStringAsync(None);
        answer.StatusCode.Should().Be(expected, text);
        return JsonSerializer.Deserialize<JsonElement>(text);
    }

    public async Task<JsonElement> PostAsync(string path, object? body = null, HttpStatusCode expected = HttpStatusCode.OK)
    {
        using var answer = await Operator.PostAsync(path, body is null ? null : JsonContent.Create(body), None);
        var text = await answer.Content.ReadAsStringAsync(None);
        answer.StatusCode.Should().Be(expected, text);
        return JsonSerializer.Deserialize<JsonElement>(text);
    }

    /// <summary>Moves the clock on, step by step, until a condition of this kind is open.</summary>
    public Task IsOpenAsync(string kind) => UntilAsync(async () =>
        (await GetAsync("/api/v1/conditions")).GetProperty("items").EnumerateArray().Any(condition => condition.GetProperty("kind").GetString() == kind));

    /// <summary>Moves the clock on, step by step, until something is so.</summary>
    public Task UntilAsync(Func<Task<bool>> condition) => Eventually.TrueAsync(async () =>
    {
        if (await condition())
        {
            return true;
        }

        Time.Advance(Step);
        return false;
    });

    public Task StopAsync() => _app.StopAsync(None);

    public async ValueTask DisposeAsync()
    {
        foreach (var client in (HttpClient[])[Webhooks, Anybody, Reader, Operator])
        {
            client.Dispose();
        }

        await _app.StopAsync();
        await _app.DisposeAsync();
        await _clients.DisposeAsync();
        _directory.Dispose();
    }
}
