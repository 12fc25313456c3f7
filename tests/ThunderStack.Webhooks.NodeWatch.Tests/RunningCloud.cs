using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ThunderStack.Cloud;
using ThunderStack.Cloud.NodeApi;
using ThunderStack.Webhooks.Emulator;
using ThunderStack.Webhooks.Testing;

namespace ThunderStack.Webhooks.NodeWatch.Tests;

/// <summary>An emulated cloud whose nodes have their own API. Its clock stands still unless the test moves it.</summary>
internal sealed class RunningCloud : IAsyncDisposable
{
    public const string Token = "token-of-the-account";

    // Longer than any step of a node, so that one advance is one step.
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(2);

    // What the tests themselves send is none of what is recorded.
    private const string ByTest = ",\"by\":\"test\"";

    private readonly WebApplication _app;
    private readonly UnlockRecord _record;
    private readonly ServiceProvider _services;
    private readonly HttpClient _http;

    private RunningCloud(WebApplication app, CountedClock time, UnlockRecord record)
    {
        _record = record;
        _app = app;
        Time = time;
        _http = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        _services = new ServiceCollection()
            .AddThunderStackCloud(options => (options.BaseAddress, options.ApiToken) = (app.Urls.Single(), Token))
            .AddThunderStackNodeApi()
            .BuildServiceProvider();
    }

    public CountedClock Time { get; }

    /// <summary>The bodies that receivers have sent to <c>/unlock</c>, each behind its node's id.</summary>
    public IReadOnlyCollection<string> Unlocks => _record.Sent;

    public string Url => _app.Urls.Single();

    public ThunderStackCloudClient Client => _services.GetRequiredService<ThunderStackCloudClient>();

    private static CancellationToken None => TestContext.Current.CancellationToken;

    public static async Task<RunningCloud> StartAsync(params string[] nodes)
    {
        var time = new CountedClock();
        var record = new UnlockRecord();
        var app = EmulatorApplication.Build(["--urls=http://127.0.0.1:0"], builder =>
        {
            builder.Logging.ClearProviders();
            builder.Services.AddSingleton<TimeProvider>(time);
            builder.Services.AddSingleton<IStartupFilter>(record);
            builder.Configuration.AddInMemoryCollection(nodes.Select((node, i) => KeyValuePair.Create($"{EmulatorOptions.Section}:Nodes:{i}:NodeId", (string?)node)));
            builder.Configuration[$"{EmulatorOptions.Section}:ApiToken"] = Token;
        });
        await app.StartAsync(None);
        return new RunningCloud(app, time, record);
    }

    public Uri ApiOf(string node) => new($"{Url}/node-api/emulated-user/{node}");

    public async Task<NodeUnlockOutcome> UnlockAsync(string node, string password = "emulated-password") =>
        (await Api.UnlockAsync(EndpointOf(node), Encoding.UTF8.GetBytes($$"""{"password":"{{password}}"{{ByTest}}}"""), cancellationToken: None)).Outcome;

    public Task LockAsync(string node) => Api.LockAsync(EndpointOf(node), None);

    public async Task InitAsync(string node, string password)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, ApiOf(node) + "/init") { Content = JsonContent.Create(new { password }) };
        request.Headers.Authorization = new("Bearer", Token);
        using var answer = await _http.SendAsync(request, None);
        answer.EnsureSuccessStatusCode();
    }

    public async Task UpgradeAsync(string node)
    {
        await Client.Nodes.UpgradeAsync(node, None);
        Time.Advance(Step);
    }

    public async Task CrashAsync(string node)
    {
        using var failed = await _http.PostAsync(
            new Uri("/emulator/events", UriKind.Relative), new StringContent($$"""{"nodeId":"{{node}}","status":"FAILED","url":"http://127.0.0.1:1/"}"""), None);
        await Client.Nodes.StartAsync(node, None);
        Time.Advance(Step);
    }

    public async Task FaultAsync(string json)
    {
        using var set = await _http.PostAsync(new Uri("/emulator/node-faults", UriKind.Relative), new StringContent(json), None);
        set.EnsureSuccessStatusCode();
    }

    public async Task EndFaultsAsync()
    {
        using var ended = await _http.DeleteAsync(new Uri("/emulator/node-faults", UriKind.Relative), None);
        ended.EnsureSuccessStatusCode();
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _services.DisposeAsync();
        await _app.DisposeAsync();
    }

    private sealed class UnlockRecord : IStartupFilter
    {
        public ConcurrentQueue<string> Sent { get; } = [];

        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use(async (http, following) =>
            {
                if (http.Request.Path.Value is { } path && path.EndsWith("/unlock", StringComparison.Ordinal))
                {
                    http.Request.EnableBuffering();
                    using var reader = new StreamReader(http.Request.Body, leaveOpen: true);
                    var body = await reader.ReadToEndAsync(http.RequestAborted);
                    http.Request.Body.Position = 0;
                    if (!body.Contains(ByTest, StringComparison.Ordinal))
                    {
                        Sent.Enqueue($"{path.Split('/')[^2]} {body}");
                    }
                }

                await following(http);
            });
            next(app);
        };
    }

    private NodeApiClient Api => _services.GetRequiredService<NodeApiClient>();

    private NodeApiEndpoint EndpointOf(string node) => new(ApiOf(node), Token);
}
