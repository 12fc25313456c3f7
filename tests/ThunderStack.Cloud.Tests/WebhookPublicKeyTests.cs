using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using ThunderStack.Webhooks.Testing;
using ThunderStack.Webhooks.Testing.Keys;

namespace ThunderStack.Cloud.Tests;

public sealed class WebhookPublicKeyTests
{
    private static readonly string Pem = TestKey.Default.PublicKeyPem;

    [Fact]
    public async Task GetWebhookPublicKeyAsync_DocumentedAnswer_ReturnsData()
    {
        await using var cloud = await CloudFixture.StartAsync();

        (await cloud.GetAsync()).Should().Be(Pem);

        cloud.Server.Requests.Should().Equal(new PublicKeyRequest("GET", "/api/webhook-public-key", $"Bearer {CloudFixture.Token}"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public async Task GetWebhookPublicKeyAsync_NoToken_SendsNone(string? token)
    {
        await using var cloud = await CloudFixture.StartAsync(options => options.ApiToken = token);

        await cloud.GetAsync();

        cloud.Server.Requests.Single().Authorization.Should().BeNull();
    }

    [Theory]
    [InlineData("", "/api/webhook-public-key")]
    [InlineData("/", "/api/webhook-public-key")]
    [InlineData("/proxy/cloud", "/proxy/cloud/api/webhook-public-key")]
    [InlineData("/proxy/cloud/", "/proxy/cloud/api/webhook-public-key")]
    public async Task GetWebhookPublicKeyAsync_BaseAddress_KeepsItsPath(string suffix, string expected)
    {
        await using var cloud = await CloudFixture.StartAsync(options => options.BaseAddress += suffix);

        await cloud.GetAsync();

        cloud.Server.Requests.Single().Path.Should().Be(expected);
    }

    [Fact]
    public async Task GetWebhookPublicKeyAsync_TokenChangedWhileRunning_SendsTheNewOne()
    {
        await using var server = await PublicKeyServer.StartAsync(TestKey.Default);
        var monitor = new ChangingOptions { CurrentValue = new() { BaseAddress = server.BaseAddress, ApiToken = "one" } };
        await using var services = new ServiceCollection()
            .AddThunderStackCloud()
            .AddSingleton<IOptionsMonitor<ThunderStackCloudOptions>>(monitor)
            .BuildServiceProvider();
        var client = services.GetRequiredService<ThunderStackCloudClient>();

        await client.GetWebhookPublicKeyAsync(TestContext.Current.CancellationToken);
        monitor.CurrentValue = new() { BaseAddress = server.BaseAddress, ApiToken = "two" };
        await client.GetWebhookPublicKeyAsync(TestContext.Current.CancellationToken);

        server.Requests.Select(request => request.Authorization).Should().Equal("Bearer one", "Bearer two");
    }

    public static TheoryData<string, string?> ReadableAnswers => new()
    {
        { Pem, "text/plain" },
        { Pem, "application/x-pem-file" },
        { Pem, null },
        { Pem, "text/plain; charset=no-such-charset" },
        { Pem, "application/json; charset=utf-16" },
        { JsonSerializer.Serialize(Pem), "application/json" },
        { JsonSerializer.Serialize(new { data = Pem }), "text/plain" },
        { JsonSerializer.Serialize(new { message = "ok", nested = new { data = "not this" }, data = Pem, list = new[] { 1 } }), "application/json" },
        { "\uFEFF \r\n" + JsonSerializer.Serialize(new { data = Pem }) + "\n", "application/json" },
    };

    [Theory]
    [MemberData(nameof(ReadableAnswers))]
    public async Task GetWebhookPublicKeyAsync_OtherShapesOfAnswer_ReturnsTheKeyText(string content, string? contentType)
    {
        await using var cloud = await CloudFixture.StartAsync();
        cloud.Server.ServeContent(content, contentType);

        (await cloud.GetAsync()).Trim().Should().Be(Pem.Trim());
    }

    [Theory]
    [InlineData("", "*empty*")]
    [InlineData("  \r\n", "*empty*")]
    [InlineData("{}", "*without a string \"data\"*")]
    [InlineData("""{"data":null}""", "*without a string \"data\"*")]
    [InlineData("""{"data":{"key":"x"}}""", "*without a string \"data\"*")]
    [InlineData("""{"data":["x"]}""", "*without a string \"data\"*")]
    [InlineData("""{"Data":"x"}""", "*without a string \"data\"*")]
    [InlineData("""{"data":"x","data":"y"}""", "*without a string \"data\"*")]
    [InlineData("""["x"]""", "*without a string \"data\"*")]
    [InlineData("""{"data":"  "}""", "*empty \"data\"*")]
    [InlineData("\"\"", "*empty \"data\"*")]
    [InlineData("""{"data":"x"}{"data":"y"}""", "*cannot be read*")]
    [InlineData("""{"data":"x" """, "*cannot be read*")]
    [InlineData("""{"data":"x",}""", "*cannot be read*")]
    [InlineData("""{"data":"\ud800"}""", "*not UTF-8*")]
    [InlineData("<!doctype html><p>Log in</p>", "*HTML*BaseAddress*")]
    public async Task GetWebhookPublicKeyAsync_AnswerWithoutKey_SaysWhatItIs(string content, string message)
    {
        await using var cloud = await CloudFixture.StartAsync();
        cloud.Server.ServeContent(content, "application/json");

        var failure = await cloud.FailAsync();

        failure.Message.Should().Match(message);
        failure.StatusCode.Should().Be(HttpStatusCode.OK);
    }

    [Fact]
    public async Task GetWebhookPublicKeyAsync_NotUtf8_IsRefused()
    {
        await using var cloud = await CloudFixture.StartAsync();
        cloud.Server.ServeBytes([0xC3, 0x28, 0xFF, 0xFE]);

        (await cloud.FailAsync()).Message.Should().Contain("not UTF-8");
    }

    [Fact]
    public async Task GetWebhookPublicKeyAsync_HtmlContentType_IsRefused()
    {
        await using var cloud = await CloudFixture.StartAsync();
        cloud.Server.ServeContent("Please log in", "text/html; charset=utf-8");

        (await cloud.FailAsync()).Message.Should().Contain("HTML instead of JSON").And.Contain("ThunderStack:Cloud:BaseAddress");
    }

    [Theory]
    [InlineData(401, "*401: the cloud refused the API token; make a new one in the web UI and set ThunderStack:Cloud:ApiToken*")]
    [InlineData(403, "*403*ThunderStack:Cloud:ApiToken*")]
    [InlineData(404, "*404*ThunderStack:Cloud:BaseAddress*")]
    [InlineData(429, "*429*later*")]
    [InlineData(500, "*500*later*")]
    [InlineData(503, "*503*later*")]
    [InlineData(204, "*204 instead of 200*")]
    [InlineData(418, "*418 instead of 200*")]
    [InlineData(304, "*304*redirects are not followed*")]
    public async Task GetWebhookPublicKeyAsync_OtherStatus_SaysWhatToDo(int status, string message)
    {
        await using var cloud = await CloudFixture.StartAsync();
        cloud.Server.ServeStatus(status);

        var failure = await cloud.FailAsync();

        failure.Message.Should().Match(message);
        failure.StatusCode.Should().Be((HttpStatusCode)status);
    }

    [Fact]
    public async Task GetWebhookPublicKeyAsync_401WithoutToken_AsksForOne()
    {
        await using var cloud = await CloudFixture.StartAsync(options => options.ApiToken = null);
        cloud.Server.ServeStatus(401);

        (await cloud.FailAsync()).Message.Should().Contain("wants an API token");
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(303)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task GetWebhookPublicKeyAsync_Redirect_IsAnErrorAndNeverReachesTheOtherHost(int status)
    {
        await using var cloud = await CloudFixture.StartAsync();
        await using var thief = await PublicKeyServer.StartAsync(TestKey.Other);
        cloud.Server.ServeRedirect($"{thief.BaseAddress}/api/webhook-public-key?code=confidential", status);

        var failure = await cloud.FailAsync();

        failure.Message.Should().Match($"*{status} to 127.0.0.1: redirects are not followed*").And.NotContain("confidential");
        thief.Requests.Should().BeEmpty();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task GetWebhookPublicKeyAsync_HundredMegabytes_StopsReadingSoon(bool announced)
    {
        await using var cloud = await CloudFixture.StartAsync();
        cloud.Server.ServeHuge(100_000_000, announced);

        (await cloud.FailAsync()).Message.Should().Contain("more than 64 KiB");

        cloud.Server.Sent.Should().BeLessThan(50_000_000, "only the sockets' own buffers fill up");
    }

    [Fact]
    public async Task GetWebhookPublicKeyAsync_Exactly64KiB_IsReadAndOneMoreIsNot()
    {
        await using var cloud = await CloudFixture.StartAsync();
        cloud.Server.ServeContent(new string('A', 64 * 1024));
        (await cloud.GetAsync()).Length.Should().Be(64 * 1024);

        cloud.Server.ServeContent(new string('A', 64 * 1024 + 1));
        (await cloud.FailAsync()).Message.Should().Contain("more than 64 KiB");
    }

    [Fact]
    public async Task GetWebhookPublicKeyAsync_Compressed_IsRefusedUnread()
    {
        await using var cloud = await CloudFixture.StartAsync();
        cloud.Server.ServeBytes([0x1f, 0x8b, 8, 0], contentEncoding: "gzip");

        (await cloud.FailAsync()).Message.Should().Contain("compressed");
    }

    [Fact]
    public async Task GetWebhookPublicKeyAsync_NothingListens_SaysSo()
    {
        var dead = PublicKeyServer.DeadAddress();
        await using var cloud = await CloudFixture.StartAsync(options => options.BaseAddress = dead);

        var failure = await cloud.FailAsync();

        failure.Message.Should().Contain("cannot be connected to");
        failure.StatusCode.Should().BeNull();
    }

    [Fact]
    public async Task GetWebhookPublicKeyAsync_ConnectionCut_SaysSo()
    {
        await using var cloud = await CloudFixture.StartAsync();
        cloud.Server.ServeHalf(TestKey.Default);

        (await cloud.FailAsync()).Message.Should().NotContain("BEGIN").And.Match("*connection was cut*");
    }

    [Fact]
    public async Task GetWebhookPublicKeyAsync_Hanging_GivesUpAfter30Seconds()
    {
        await using var cloud = await CloudFixture.StartAsync();
        cloud.Server.Hold();

        var failing = cloud.FailAsync();
        await cloud.Server.WaitForRequestAsync(TestContext.Current.CancellationToken);
        cloud.Clock.Advance(TimeSpan.FromSeconds(29));
        failing.IsCompleted.Should().BeFalse();
        cloud.Clock.Advance(TimeSpan.FromSeconds(1));

        (await failing).Message.Should().Contain("within 30 s");
    }

    [Fact]
    public async Task GetWebhookPublicKeyAsync_Cancelled_ThrowsOperationCanceled()
    {
        await using var cloud = await CloudFixture.StartAsync();
        cloud.Server.Hold();
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);

        var asking = cloud.Client.GetWebhookPublicKeyAsync(cancellation.Token);
        await cloud.Server.WaitForRequestAsync(TestContext.Current.CancellationToken);
        await cancellation.CancelAsync();

        await FluentActions.Awaiting(() => asking).Should().ThrowAsync<OperationCanceledException>();
    }

    private sealed class ChangingOptions : IOptionsMonitor<ThunderStackCloudOptions>
    {
        public required ThunderStackCloudOptions CurrentValue { get; set; }

        public ThunderStackCloudOptions Get(string? name) => CurrentValue;

        public IDisposable? OnChange(Action<ThunderStackCloudOptions, string?> listener) => null;
    }
}
