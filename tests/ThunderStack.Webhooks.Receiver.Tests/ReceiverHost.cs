using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Testing;

namespace ThunderStack.Webhooks.Receiver.Tests;

/// <summary>The receiver as it ships, in this process: real Kestrel on a free port, a real file, a pinned key.</summary>
public sealed class ReceiverHost : IAsyncDisposable
{
    private readonly TemporaryDirectory _directory;
    private readonly WebApplication _app;

    private ReceiverHost(TemporaryDirectory directory, WebApplication app)
    {
        _directory = directory;
        _app = app;
        Address = new Uri(app.Urls.Single());
        Client = new HttpClient { BaseAddress = Address };
    }

    public Uri Address { get; }

    public HttpClient Client { get; }

    public IInbox Store => _app.Services.GetRequiredService<IInbox>();

    public IInboxAdministration Inbox => _app.Services.GetRequiredService<IInboxAdministration>();

    public IServiceProvider Services => _app.Services;

    /// <summary>Settings that make a receiver start; tests add to them or take from them.</summary>
    public static Dictionary<string, string?> Settings(TemporaryDirectory directory) => new()
    {
        ["urls"] = "http://127.0.0.1:0",
        ["ThunderStack:Nodes:0:NodeId"] = SignedDelivery.DefaultNodeId,
        ["ThunderStack:PublicKey:Pinned:0"] = TestKey.Default.PublicKeyPem,
        ["ThunderStack:Inbox:ConnectionString"] = $"Data Source={directory.File("inbox.db")}",
        ["ThunderStack:Management:Port"] = "0",
        ["Logging:LogLevel:Default"] = "None",
    };

    public static WebApplication Build(Dictionary<string, string?> settings, Action<WebApplicationBuilder>? configure = null, string[]? args = null) =>
        ReceiverApplication.Build(args ?? [], builder =>
        {
            // The tests' own folder has no appsettings.json to read or to watch.
            builder.Configuration.AddInMemoryCollection(settings);
            if (settings.TryGetValue("urls", out var urls))
            {
                builder.WebHost.UseUrls(urls!);
            }

            configure?.Invoke(builder);
        });

    public static async Task<ReceiverHost> StartAsync(
        Dictionary<string, string?>? more = null, Action<WebApplicationBuilder>? configure = null, string[]? args = null)
    {
        var directory = new TemporaryDirectory();
        var settings = Settings(directory);
        foreach (var (key, value) in more ?? [])
        {
            if (value is null)
            {
                settings.Remove(key);
            }
            else
            {
                settings[key] = value;
            }
        }

        var app = Build(settings, configure, args);
        await app.StartInAsync(directory);
        return new ReceiverHost(directory, app);
    }

    public Task<HttpResponseMessage> SendAsync(SignedDelivery delivery) =>
        Client.SendAsync(delivery.ToRequest(), TestContext.Current.CancellationToken);

    public async Task<IReadOnlyList<InboxEntry>> ListStoredAsync() =>
        await Inbox.ListAsync(new EventFilter { Limit = 1_000_000 }, TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        _directory.Dispose();
    }
}
