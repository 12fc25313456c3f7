using System.Threading.Channels;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using ThunderStack.Webhooks.Keys;
using ThunderStack.Webhooks.Signatures;
using ThunderStack.Webhooks.Testing;

namespace ThunderStack.Webhooks.Tests.Keys;

/// <summary>A host with nothing but the keys in it, configured as in appsettings, on a clock that the test moves.</summary>
internal sealed class KeyHost : IAsyncDisposable
{
    public const string Token = "secret-token-4711";

    private readonly IHost _host;
    private readonly Channel<PublicKeyFetchResult> _fetches = Channel.CreateUnbounded<PublicKeyFetchResult>();

    private KeyHost(IHost host, LogCollector logs, ObservableClock clock)
    {
        _host = host;
        Logs = logs;
        Clock = clock;
        Ring = host.Services.GetRequiredService<PublicKeyRing>();
        Verifier = host.Services.GetRequiredService<SignatureVerifier>();
        Ring.Fetched += (_, result, _) => _fetches.Writer.TryWrite(result);
    }

    public LogCollector Logs { get; }

    public ObservableClock Clock { get; }

    public PublicKeyRing Ring { get; }

    public SignatureVerifier Verifier { get; }

    public IServiceProvider Services => _host.Services;

    /// <summary>Starts a host whose cloud is at this address.</summary>
    /// <param name="settings">Pairs such as <c>("PublicKey:AlsoFetch", "true")</c>.</param>
    public static Task<KeyHost> StartAsync(
        string baseAddress, IPublicKeyStore? store = null, params (string Key, string? Value)[] settings) =>
        StartAsync(store, source: null, [("Cloud:BaseAddress", baseAddress), ("Cloud:ApiToken", Token), .. settings]);

    public static async Task<KeyHost> StartAsync(
        IPublicKeyStore? store, IPublicKeySource? source, params (string Key, string? Value)[] settings)
    {
        var logs = new LogCollector();
        var clock = new ObservableClock();
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Logging.SetMinimumLevel(LogLevel.Trace).AddProvider(logs);
        builder.Configuration.AddInMemoryCollection(
            settings.Select(setting => KeyValuePair.Create($"ThunderStack:{setting.Key}", setting.Value)));
        builder.Services.AddSingleton<TimeProvider>(clock);
        if (store is not null)
        {
            builder.Services.AddSingleton(store);
        }

        if (source is not null)
        {
            builder.Services.AddSingleton(source);
        }

        builder.Services.AddThunderStackPublicKeys(builder.Configuration.GetSection("ThunderStack"));
        var host = builder.Build();
        var keys = new KeyHost(host, logs, clock);
        await host.StartAsync(TestContext.Current.CancellationToken);
        return keys;
    }

    /// <summary>Waits for the next fetch to end; each call takes one.</summary>
    public async Task<PublicKeyFetchResult> NextFetchAsync() =>
        await _fetches.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(30));

    public async Task<SignatureVerdictKind> SendAsync(SignedDelivery delivery)
    {
        SignatureHeader.TryDecode(delivery.Signature, out var signature).Should().BeTrue();
        return (await Verifier.VerifyAsync(delivery.Body, signature, TestContext.Current.CancellationToken)).Kind;
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        if (_host is IAsyncDisposable disposable)
        {
            await Clock.DisposeAsync(disposable);
        }
    }
}
