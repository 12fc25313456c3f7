using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using ThunderStack.Webhooks.Testing;
using ThunderStack.Webhooks.Testing.Keys;

namespace ThunderStack.Cloud.Tests;

/// <summary>A client as a host would get it, and the server it talks to.</summary>
internal sealed class CloudFixture : IAsyncDisposable
{
    public const string Token = "secret-token-4711";

    private readonly ServiceProvider _services;

    private CloudFixture(PublicKeyServer server, ServiceProvider services)
    {
        Server = server;
        _services = services;
        Client = services.GetRequiredService<ThunderStackCloudClient>();
    }

    public PublicKeyServer Server { get; }

    public ThunderStackCloudClient Client { get; }

    public FakeTimeProvider Clock { get; private init; } = new();

    public static async Task<CloudFixture> StartAsync(Action<ThunderStackCloudOptions>? configure = null)
    {
        var server = await PublicKeyServer.StartAsync(TestKey.Default);
        var clock = new FakeTimeProvider();
        var services = new ServiceCollection()
            .AddSingleton<TimeProvider>(clock)
            .AddThunderStackCloud(options =>
            {
                options.BaseAddress = server.BaseAddress;
                options.ApiToken = Token;
                configure?.Invoke(options);
            })
            .BuildServiceProvider();
        return new CloudFixture(server, services) { Clock = clock };
    }

    public Task<string> GetAsync() => Client.GetWebhookPublicKeyAsync(TestContext.Current.CancellationToken);

    /// <summary>The failure of a call that must fail, which must not give away the token.</summary>
    public async Task<ThunderStackCloudException> FailAsync()
    {
        var failure = (await FluentActions.Awaiting(GetAsync).Should().ThrowExactlyAsync<ThunderStackCloudException>()).Which;
        failure.ToString().Should().NotContain(Token);
        return failure;
    }

    public async ValueTask DisposeAsync()
    {
        await Clock.DisposeAsync(_services);
        await Server.DisposeAsync();
    }
}
