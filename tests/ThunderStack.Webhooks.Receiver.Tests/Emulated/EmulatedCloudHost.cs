using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ThunderStack.Webhooks.Emulator;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Keys;
using ThunderStack.Webhooks.Testing;

namespace ThunderStack.Webhooks.Receiver.Tests.Emulated;

/// <summary>
/// The emulated cloud, the receiver that fetches its key, and a handler's other end: three servers, each on a port of its own.
/// </summary>
internal sealed class EmulatedCloudHost : IAsyncDisposable
{
    private readonly WebApplication _cloud;
    private readonly HttpClient _http;

    private EmulatedCloudHost(WebApplication cloud, Recorder handler, ReceiverHost receiver)
    {
        _cloud = cloud;
        _http = new HttpClient { BaseAddress = new Uri(cloud.Urls.Single()) };
        Handler = handler;
        Receiver = receiver;
    }

    /// <summary>What the handler forwards to: sees each event that was handled.</summary>
    public Recorder Handler { get; }

    public ReceiverHost Receiver { get; }

    /// <summary>Has the cloud send again what was refused, often enough for the slowest machine.</summary>
    public static Dictionary<string, string?> Persistent => new[] { 0.05, 0.5, 1, 2, 4, 8, 16 }.Index().ToDictionary(
        delay => $"RedeliveryDelays:{delay.Index}", delay => (string?)TimeSpan.FromSeconds(delay.Item).ToString());

    /// <param name="cloudSettings">Keys of section <c>Emulator</c>.</param>
    /// <param name="receiverSettings">Keys of section <c>ThunderStack</c>.</param>
    /// <param name="logs">Whether the receiver keeps its own log.</param>
    public static async Task<EmulatedCloudHost> StartAsync(
        Dictionary<string, string?>? cloudSettings = null, Dictionary<string, string?>? receiverSettings = null, bool logs = false)
    {
        var cloud = EmulatorApplication.Build(["--urls=http://127.0.0.1:0"], builder =>
        {
            builder.Logging.ClearProviders();
            // Long enough for a receiver that waits for two fetches of a key that never comes.
            builder.Configuration["Emulator:Timeout"] = "00:01:00";
            builder.Configuration.AddInMemoryCollection(
                (cloudSettings ?? []).Select(setting => KeyValuePair.Create($"Emulator:{setting.Key}", setting.Value)));
        });
        await cloud.StartAsync(TestContext.Current.CancellationToken);
        var handler = await Recorder.StartAsync();
        var settings = new Dictionary<string, string?>
        {
            ["ThunderStack:PublicKey:Pinned:0"] = null,
            ["ThunderStack:Cloud:BaseAddress"] = cloud.Urls.Single(),
            ["ThunderStack:Handlers:ops:Type"] = "Forward",
            ["ThunderStack:Handlers:ops:Url"] = handler.Address.ToString(),
        };
        foreach (var (key, value) in receiverSettings ?? [])
        {
            settings[$"ThunderStack:{key}"] = value;
        }

        return new EmulatedCloudHost(cloud, handler, await ReceiverHost.StartAsync(settings, logs ? null : builder => builder.Logging.ClearProviders()));
    }

    /// <summary>Waits until the receiver has the cloud's key.</summary>
    public async Task<EmulatedCloudHost> UntilReadyAsync()
    {
        var keys = Receiver.Services.GetRequiredService<PublicKeyRing>();
        await Eventually.TrueAsync(() => keys.GetHealth().Status == PublicKeyHealthStatus.Healthy, "the receiver fetches the key");
        return this;
    }

    public async Task<HttpStatusCode> ReadinessAsync()
    {
        using var response = await Receiver.Client.GetAsync("/healthz/ready", TestContext.Current.CancellationToken);
        return response.StatusCode;
    }

    /// <summary>Has the cloud send an event, and returns what it noted about it.</summary>
    public async Task<JsonElement> SendAsync(string status = "RUNNING", string? fault = null, string nodeId = SignedDelivery.DefaultNodeId)
    {
        var url = new Uri(Receiver.Address, "/webhooks/thunderstack");
        using var response = await _http.PostAsJsonAsync("/emulator/events", new { nodeId, status, fault, url }, TestContext.Current.CancellationToken);
        return await response.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
    }

    /// <summary>The status of the receiver's answer to the event.</summary>
    public async Task<int> AnswerToAsync(string status = "RUNNING", string? fault = null) => AnswersOf(await SendAsync(status, fault))[^1].Status;

    /// <summary>What the receiver answered to each time that the event was sent.</summary>
    public static IReadOnlyList<(int Status, string Body)> AnswersOf(JsonElement sent) =>
        [.. sent.GetProperty("attempts").EnumerateArray().Select(attempt => attempt.GetProperty("answer"))
            .Select(answer => (answer.GetProperty("status").GetInt32(), answer.GetProperty("body").GetString()!))];

    public async Task ControlAsync(HttpMethod method, string path, object? body = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        using var response = await _http.SendAsync(request, TestContext.Current.CancellationToken);
        response.EnsureSuccessStatusCode();
    }

    public async Task<JsonElement> GetAsync(string path) => await _http.GetFromJsonAsync<JsonElement>(path, TestContext.Current.CancellationToken);

    public Task<IReadOnlyList<InboxEntry>> StoredAsync() => Receiver.ListStoredAsync();

    /// <summary>Waits until the handler's other end got so many events, and returns their bodies.</summary>
    public async Task<IReadOnlyList<string>> HandledAsync(int count)
    {
        await Eventually.TrueAsync(() => Handler.Requests.Count >= count, $"{count} events are handled");
        return [.. Handler.Requests.Select(request => request.Text)];
    }

    public async ValueTask DisposeAsync()
    {
        await Receiver.DisposeAsync();
        await Handler.DisposeAsync();
        _http.Dispose();
        await _cloud.StopAsync();
        await _cloud.DisposeAsync();
    }
}
