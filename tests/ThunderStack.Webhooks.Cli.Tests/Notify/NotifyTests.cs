using Microsoft.AspNetCore.Http;
using ThunderStack.Webhooks.Cli.Tests.Running;
using ThunderStack.Webhooks.Testing;

namespace ThunderStack.Webhooks.Cli.Tests.Notify;

public sealed class NotifyTests : IAsyncLifetime
{
    private readonly TemporaryDirectory _directory = new();
    private Recorder _platform = null!;

    public async ValueTask InitializeAsync() => _platform = await Recorder.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _platform.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task Test_TakenMessage_SaysThatItIsATest()
    {
        _platform.Answer = (_, context) => context.Response.WriteAsync("ok");

        var run = await TestAsync("team");

        run.ShouldEnd(Expected.Ok).Out.Should().Be("team has taken the test message.\n");
        _platform.Requests.Should().ContainSingle().Which.Text.Should().Contain("Test: Node test is running").And.Contain("nothing happened");
    }

    [Fact]
    public async Task Test_RefusedMessage_SaysWhyAndNotWhere()
    {
        _platform.Answer = (_, context) =>
        {
            context.Response.StatusCode = 404;
            return context.Response.WriteAsync("no_service");
        };

        var run = await TestAsync("team");

        run.ShouldEnd(Expected.Unavailable).Error.Should().Contain("127.0.0.1 answered 404: no_service");
        (run.Out + run.Error).Should().NotContain("S3cretS3cret");
    }

    [Fact]
    public async Task Test_HeartbeatsUrl_IsAskedFor()
    {
        (await TestAsync("switch")).ShouldEnd(Expected.Ok);

        _platform.Requests.Should().ContainSingle().Which.Body.Should().BeEmpty();
    }

    [Theory]
    [InlineData("nobody")]
    [InlineData("log")]
    public async Task Test_NoNotifier_NamesThoseThereAre(string name) =>
        (await TestAsync(name)).ShouldEnd(Expected.NotFound).Error.Should().Contain($"no notifier named {name}. They have: switch, team. ").And.Contain("--settings");

    private async Task<ToolRun> TestAsync(string name)
    {
        var settings = _directory.File("appsettings.json");
        await File.WriteAllTextAsync(settings, $$"""
            { "ThunderStack": { "Nodes": [ { "NodeId": "node-a" } ], "Handlers": {
                "team": { "Type": "Slack", "Url": "{{new Uri(_platform.Address, "/services/S3cretS3cret")}}" },
                "switch": { "Type": "Heartbeat", "Url": "{{_platform.Address}}" },
                "log": { "Type": "Log" } } } }
            """);
        return await ToolRun.ToolAsync("notify", "test", name, "--settings", settings, "--secrets", _directory.File("none"));
    }
}
