using System.Net.Http.Json;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace ThunderStack.Webhooks.Emulator.Tests;

/// <summary>An emulator on a free port of the loopback interface, with a clock of the test's own.</summary>
internal sealed class RunningEmulator : IAsyncDisposable
{
    private readonly WebApplication _app;

    private RunningEmulator(WebApplication app, FakeTimeProvider time)
    {
        _app = app;
        Time = time;
        Http = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
    }

    public FakeTimeProvider Time { get; }

    public HttpClient Http { get; }

    public static async Task<RunningEmulator> StartAsync(params (string Key, string? Value)[] settings)
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2024, 11, 6, 12, 0, 0, TimeSpan.Zero));
        var app = EmulatorApplication.Build(["--urls=http://127.0.0.1:0"], builder =>
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

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.DisposeAsync();
    }

    private sealed record PublicKey(string Data);
}
