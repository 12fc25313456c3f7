using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ThunderStack.Cloud;
using ThunderStack.Webhooks.Testing;

namespace ThunderStack.Webhooks.Emulator.Tests;

/// <summary>An emulator on a free port of the loopback interface, with a clock of the test's own.</summary>
internal sealed class RunningEmulator : IAsyncDisposable
{
    /// <summary>What a client of the API sends; the emulator asks for it when <c>ApiToken</c> is set to it.</summary>
    public const string Token = "token-of-the-tests";

    private readonly WebApplication _app;
    private readonly ServiceProvider _client;

    private RunningEmulator(WebApplication app, CountedClock time)
    {
        _app = app;
        _client = new ServiceCollection()
            .AddThunderStackCloud(options => (options.BaseAddress, options.ApiToken) = (app.Urls.Single(), Token))
            .BuildServiceProvider();
        Time = time;
        Http = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
    }

    public CountedClock Time { get; }

    /// <summary>The typed client, as a host would get it.</summary>
    public ThunderStackCloudClient Client => _client.GetRequiredService<ThunderStackCloudClient>();

    public HttpClient Http { get; }

    public static Task<RunningEmulator> StartAsync(params (string Key, string? Value)[] settings) => StartAsync([], settings);

    public static async Task<RunningEmulator> StartAsync(string[] args, params (string Key, string? Value)[] settings)
    {
        var time = new CountedClock(new DateTimeOffset(2024, 11, 6, 12, 0, 0, TimeSpan.Zero));
        var app = EmulatorApplication.Build(["--urls=http://127.0.0.1:0", .. args], builder =>
        {
            builder.Logging.ClearProviders();
            builder.Services.AddSingleton<TimeProvider>(time);
            builder.Configuration.AddInMemoryCollection(
                settings.Select(setting => KeyValuePair.Create($"{EmulatorOptions.Section}:{setting.Key}", setting.Value)));
        });

        await app.StartAsync(TestContext.Current.CancellationToken);
        return new RunningEmulator(app, time);
    }

    public Task<HttpResponseMessage> SendEventAsync(string json) => Http.PostAsync(
        new Uri("/emulator/events", UriKind.Relative), new StringContent(json, Encoding.UTF8), TestContext.Current.CancellationToken);

    public Task<HttpResponseMessage> RotateKeyAsync() =>
        Http.PostAsync(new Uri("/emulator/rotate-key", UriKind.Relative), content: null, TestContext.Current.CancellationToken);

    public async Task<string> PublicKeyAsync() =>
        (await Http.GetFromJsonAsync<PublicKey>("/api/webhook-public-key", TestContext.Current.CancellationToken))!.Data;

    public async Task<JsonElement> GetAsync(string path) =>
        await Http.GetFromJsonAsync<JsonElement>(path, TestContext.Current.CancellationToken);

    /// <summary>The delivery log, oldest first.</summary>
    public async Task<IReadOnlyList<JsonElement>> DeliveriesAsync() =>
        [.. (await GetAsync("/emulator/deliveries?limit=1000")).EnumerateArray().Reverse()];

    public async Task<HttpResponseMessage> ControlAsync(HttpMethod method, string path, string? json = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = json is null ? null : new StringContent(json) };
        return await Http.SendAsync(request, TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync();
        Http.Dispose();
        await _app.DisposeAsync();
    }

    private sealed record PublicKey(string Data);
}
