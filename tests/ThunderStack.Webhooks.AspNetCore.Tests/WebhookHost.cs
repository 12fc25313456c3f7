using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Testing;

namespace ThunderStack.Webhooks.AspNetCore.Tests;

/// <summary>An application made of the packages: real Kestrel on a free port, a real SQLite file, a pinned key.</summary>
public sealed class WebhookHost : IAsyncDisposable
{
    public const string Path = "/webhooks/thunderstack";

    private readonly TemporaryDirectory _directory;
    private readonly WebApplication _app;

    private WebhookHost(TemporaryDirectory directory, WebApplication app)
    {
        _directory = directory;
        _app = app;
        Client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
    }

    public HttpClient Client { get; }

    public Uri Address => Client.BaseAddress!;

    public IServiceProvider Services => _app.Services;

    public IInboxAdministration Inbox => Services.GetRequiredService<IInboxAdministration>();

    public static async Task<WebhookHost> StartAsync(
        Dictionary<string, string?>? settings = null, Action<ThunderStackWebhooksBuilder>? configure = null, Action<IEndpointConventionBuilder>? conventions = null,
        Action<WebApplicationBuilder>? host = null)
    {
        var directory = new TemporaryDirectory();
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var all = new Dictionary<string, string?>
        {
            ["ThunderStack:Nodes:0:NodeId"] = SignedDelivery.DefaultNodeId,
            ["ThunderStack:Nodes:1:NodeId"] = "node-b",
            ["ThunderStack:PublicKey:Pinned:0"] = TestKey.Default.PublicKeyPem,
            ["ThunderStack:Inbox:ConnectionString"] = $"Data Source={directory.File("inbox.db")}",
        };
        foreach (var (key, value) in settings ?? [])
        {
            all[key] = value;
        }

        builder.Configuration.AddInMemoryCollection(all.Where(setting => setting.Value is not null));
        builder.Services.AddOpenApi();
        var webhooks = builder.Services.AddThunderStackWebhooks(builder.Configuration).UseSqliteInbox();
        configure?.Invoke(webhooks);
        host?.Invoke(builder);

        var app = builder.Build();
        var endpoints = app.MapThunderStackWebhooks();
        conventions?.Invoke(endpoints);
        app.MapThunderStackHealthChecks();
        app.MapOpenApi();
        await app.StartInAsync(directory);
        return new WebhookHost(directory, app);
    }

    public Task<HttpResponseMessage> SendAsync(SignedDelivery delivery, string path = Path) =>
        Client.SendAsync(delivery.ToRequest(path), TestContext.Current.CancellationToken);

    public async Task<int> CountStoredAsync() =>
        (await Inbox.ListAsync(new EventFilter { Limit = 1_000_000 }, TestContext.Current.CancellationToken)).Count;

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        _directory.Dispose();
    }
}
