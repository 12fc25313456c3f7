using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using ThunderStack.Webhooks.Emulator;

namespace ThunderStack.Webhooks.Tests.Reconciliation;

/// <summary>A cloud on a free port, whose nodes change without anybody being told.</summary>
internal sealed class RunningCloud : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly HttpClient _http;

    private RunningCloud(WebApplication app)
    {
        _app = app;
        Address = app.Urls.Single();
        _http = new HttpClient { BaseAddress = new Uri(Address) };
    }

    public string Address { get; }

    /// <summary>Runs when the cloud is asked for its nodes, before it answers.</summary>
    public Func<Task> Asked { get; set; } = () => Task.CompletedTask;

    public static Task<RunningCloud> StartAsync(params string[] nodes) =>
        StartWithAsync(nodes.Select((node, index) => KeyValuePair.Create<string, string?>($"Emulator:Nodes:{index}:NodeId", node)));

    /// <summary>Starts one whose node runs an image that is not the latest.</summary>
    public static Task<RunningCloud> StartOutdatedAsync(string node) =>
        StartWithAsync([new("Emulator:Nodes:0:NodeId", node), new("Emulator:Nodes:0:Image", "0.0.0-older")]);

    private static async Task<RunningCloud> StartWithAsync(IEnumerable<KeyValuePair<string, string?>> settings)
    {
        var app = EmulatorApplication.Build(["--urls=http://127.0.0.1:0"], builder =>
        {
            builder.Logging.ClearProviders();
            builder.Configuration.AddInMemoryCollection(settings);
        });
        RunningCloud? cloud = null;
        app.Use(async (context, next) =>
        {
            if (HttpMethods.IsGet(context.Request.Method) && context.Request.Path == "/api/nodes")
            {
                await cloud!.Asked();
            }

            await next(context);
        });
        await app.StartAsync(TestContext.Current.CancellationToken);
        return cloud = new RunningCloud(app);
    }

    public Task ChangeSilentlyAsync(string node, string status) => PostAsync(
        "/emulator/events", $$"""{"nodeId":"{{node}}","status":"{{status}}","fault":"Lost","url":"http://127.0.0.1:9/"}""");

    public Task UpgradeAsync(string node) => PostAsync($"/api/nodes/{node}/upgrade", "{}");

    public Task SetWebhookUrlAsync(string node, string url) =>
        PostAsync($"/api/nodes/{node}/settings", $$$"""{"settings":{"webhookUrl":"{{{url}}}"}}""");

    public async Task<string?> WebhookUrlAsync(string node)
    {
        var answer = await _http.GetStringAsync(new Uri($"/api/nodes/{node}", UriKind.Relative), TestContext.Current.CancellationToken);
        using var json = JsonDocument.Parse(answer);
        return json.RootElement.GetProperty("settings").GetProperty("webhookUrl").GetString();
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _app.DisposeAsync();
    }

    private async Task PostAsync(string path, string json)
    {
        using var content = new StringContent(json, Encoding.UTF8, "application/json");
        using var response = await _http.PostAsync(new Uri(path, UriKind.Relative), content, TestContext.Current.CancellationToken);
        response.IsSuccessStatusCode.Should().BeTrue(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }
}
