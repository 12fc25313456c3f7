using System.Text.Json;
using ThunderStack.Webhooks.Cli.Tests.Running;

namespace ThunderStack.Webhooks.Cli.Tests.Webhook;

public sealed class WebhookTests
{
    [Fact]
    public async Task SetShowClear_ChangeTheNodesUrl()
    {
        await using var emulator = await RunningEmulator.StartAsync(("Nodes:0:NodeId", "node-a"));
        const string Url = "https://hooks.example.com/webhooks/thunderstack";

        (await RunAsync(emulator, "set", "node-a", Url)).ShouldEnd(Expected.Ok);
        (await RunAsync(emulator, "show", "node-a")).ShouldEnd(Expected.Ok).Json.GetProperty("webhookUrl").GetString().Should().Be(Url);
        (await RunAsync(emulator, "clear", "node-a")).ShouldEnd(Expected.Ok);
        (await RunAsync(emulator, "show", "node-a")).ShouldEnd(Expected.Ok).Json.GetProperty("webhookUrl").ValueKind.Should().Be(JsonValueKind.Null);
        (await RunAsync(emulator, "set", "nobody", Url)).ShouldEnd(Expected.NotFound);
    }

    [Theory]
    [InlineData("http://hooks.example.com/webhooks", "https")]
    [InlineData("https://user:password@hooks.example.com/", "password")]
    [InlineData("hooks.example.com", "web address")]
    [InlineData("https://hooks.example.com/#top", "fragment")]
    public async Task Set_UrlThatWouldNotDo_IsUsage(string url, string why)
    {
        (await ToolRun.ToolAsync("webhook", "set", "node-a", url)).ShouldEnd(Expected.Usage).Error.Should().Contain(why);
        (await ToolRun.ToolAsync("nodes", "create", "--name", "n", "--network", "regtest", "--webhook-url", url)).ShouldEnd(Expected.Usage);
    }

    [Fact]
    public async Task Set_HttpOnLoopback_IsTaken()
    {
        await using var emulator = await RunningEmulator.StartAsync(("Nodes:0:NodeId", "node-a"));

        (await RunAsync(emulator, "set", "node-a", "http://127.0.0.1:8080/webhooks/thunderstack")).ShouldEnd(Expected.Ok);
    }

    private static Task<ToolRun> RunAsync(RunningEmulator emulator, params string[] arguments) =>
        ToolRun.ToolAsync(["webhook", .. arguments, "--cloud", emulator.Url, "-o", "json"]);
}
