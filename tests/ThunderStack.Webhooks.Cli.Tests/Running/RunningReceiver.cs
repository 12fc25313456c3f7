using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Receiver;
using ThunderStack.Webhooks.Testing;

namespace ThunderStack.Webhooks.Cli.Tests.Running;

/// <summary>The receiver as it ships, on a free port, with its inbox in a folder of the test's.</summary>
internal sealed class RunningReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;

    private RunningReceiver(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.Single());

    public string WebhookUrl => new Uri(Address, "/webhooks/thunderstack").AbsoluteUri;

    public IInboxAdministration Inbox => _app.Services.GetRequiredService<IInboxAdministration>();

    /// <summary>Starts one that trusts <see cref="TestKey.Default"/> and knows node-a, unless settings of the section ThunderStack say otherwise.</summary>
    public static async Task<RunningReceiver> StartAsync(string inbox, params (string Key, string? Value)[] settings)
    {
        var all = new Dictionary<string, string?>
        {
            ["Nodes:0:NodeId"] = SignedDelivery.DefaultNodeId,
            ["Management:Port"] = "0",
            ["PublicKey:Pinned:0"] = TestKey.Default.PublicKeyPem,
            ["Inbox:ConnectionString"] = $"Data Source={inbox}",
        };
        foreach (var (key, value) in settings)
        {
            all[key] = value;
        }

        var app = ReceiverApplication.Build([], builder =>
        {
            builder.Configuration.Sources.Clear();
            builder.Configuration.AddInMemoryCollection(
                all.Where(setting => setting.Value is not null).Select(setting => KeyValuePair.Create($"ThunderStack:{setting.Key}", setting.Value)));
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            builder.Logging.ClearProviders();
        });
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new RunningReceiver(app);
    }

    /// <summary>Changes a setting of the section ThunderStack while it runs.</summary>
    public void Reconfigure(string key, string value)
    {
        _app.Configuration[$"ThunderStack:{key}"] = value;
        ((IConfigurationRoot)_app.Configuration).Reload();
    }

    public async Task<HttpResponseMessage> SendAsync(SignedDelivery delivery)
    {
        using var http = new HttpClient { BaseAddress = Address };
        return await http.SendAsync(delivery.ToRequest(), TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
