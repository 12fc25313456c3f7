using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using ThunderStack.Webhooks.Emulator;

namespace ThunderStack.Webhooks.Cli.Tests.Running;

/// <summary>An emulated cloud on a free port.</summary>
internal sealed class RunningEmulator : IAsyncDisposable
{
    private readonly WebApplication _app;

    private RunningEmulator(WebApplication app) => _app = app;

    public string Url => _app.Urls.Single();

    public static async Task<RunningEmulator> StartAsync(params (string Key, string? Value)[] settings)
    {
        var app = EmulatorApplication.Build(["--urls=http://127.0.0.1:0"], builder =>
        {
            builder.Logging.ClearProviders();
            builder.Configuration.AddInMemoryCollection(
                settings.Select(setting => KeyValuePair.Create($"{EmulatorOptions.Section}:{setting.Key}", setting.Value)));
        });
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new RunningEmulator(app);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
