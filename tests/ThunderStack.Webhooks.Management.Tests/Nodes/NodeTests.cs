using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ThunderStack.Cloud;
using ThunderStack.Cloud.Nodes;
using ThunderStack.Webhooks.Emulator;
using ThunderStack.Webhooks.Testing;

namespace ThunderStack.Webhooks.Management.Tests.Nodes;

/// <summary>Nodes: how they are, how they were, and what people do to them, with an emulated cloud.</summary>
public sealed class NodeTests
{
    private const string Token = "token-of-the-account";

    private static CancellationToken None => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_node_is_shown_with_its_status_its_conditions_and_what_the_cloud_says()
    {
        await using var cloud = await StartCloudAsync();
        await using var receiver = await StartAsync(cloud);
        var id = await receiver.ReceiveAsync("node-a", "FAILED");
        await receiver.IsOpenAsync("nodeFailed");

        // A cloud that is slow to answer is waited for by nobody.
        JsonElement shown = default;
        await receiver.UntilAsync(async () =>
        {
            shown = await receiver.GetAsync("/api/v1/nodes/node-a");
            return shown.GetProperty("node").GetProperty("cloud").ValueKind == JsonValueKind.Object;
        });

        var node = shown.GetProperty("node");
        node.GetProperty("name").GetString().Should().Be("alpha");
        node.GetProperty("status").GetString().Should().Be("FAILED");
        node.GetProperty("source").GetString().Should().Be("webhook");
        node.GetProperty("eventId").GetString().Should().Be(id);
        node.GetProperty("cloud").GetProperty("status").GetString().Should().Be("RUNNING");
        shown.GetProperty("conditions")[0].GetProperty("kind").GetString().Should().Be("nodeFailed");
        shown.GetProperty("lastEvent").ValueKind.Should().Be(JsonValueKind.Object);
        (await receiver.GetAsync("/api/v1/nodes")).GetProperty("items").GetArrayLength().Should().Be(2);
        await receiver.GetAsync("/api/v1/nodes/node-x", HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_cloud_that_is_away_is_told_and_delays_nobody()
    {
        await using var receiver = await ManagedReceiver.StartAsync(new() { ["Cloud:ApiToken"] = Token });

        var nodes = await receiver.GetAsync("/api/v1/nodes");

        nodes.GetProperty("items").GetArrayLength().Should().Be(2);
        await receiver.UntilAsync(async () => (await receiver.GetAsync("/api/v1/nodes")).GetProperty("cloudProblem").ValueKind == JsonValueKind.String);
    }

    [Fact]
    public async Task The_timeline_says_which_status_it_had_for_how_long()
    {
        await using var receiver = await ManagedReceiver.StartAsync();
        var start = receiver.Time.GetUtcNow();
        await receiver.ReceiveAsync("node-a", "RUNNING");
        receiver.Time.Advance(TimeSpan.FromHours(2));
        await receiver.ReceiveAsync("node-a", "FAILED");
        receiver.Time.Advance(TimeSpan.FromHours(1));
        await receiver.ReceiveAsync("node-a", "FAILED");
        receiver.Time.Advance(TimeSpan.FromHours(1));

        var timeline = await receiver.GetAsync("/api/v1/nodes/node-a/timeline");
        timeline.GetProperty("segments").EnumerateArray().Select(segment => segment.GetProperty("status").GetString()).Should().Equal("RUNNING", "FAILED");
        timeline.GetProperty("seconds").GetProperty("RUNNING").GetDouble().Should().BeApproximately(7_200, 1);
        timeline.GetProperty("seconds").GetProperty("FAILED").GetDouble().Should().BeApproximately(7_200, 1);

        // Of the status that it had when the time begins, the event lies before.
        var from = Uri.EscapeDataString($"{start.AddHours(1).UtcDateTime:O}");
        var to = Uri.EscapeDataString($"{start.AddHours(3).UtcDateTime:O}");
        var part = await receiver.GetAsync($"/api/v1/nodes/node-a/timeline?from={from}&to={to}");
        part.GetProperty("seconds").GetProperty("RUNNING").GetDouble().Should().BeApproximately(3_600, 1);
        part.GetProperty("seconds").GetProperty("FAILED").GetDouble().Should().BeApproximately(3_600, 1);
        await receiver.GetAsync($"/api/v1/nodes/node-a/timeline?from={to}&to={from}", HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A_node_is_stopped_started_unlocked_and_told_where_to_post_and_all_of_it_written_down()
    {
        await using var cloud = await StartCloudAsync();
        await using var receiver = await StartAsync(cloud);

        (await receiver.PostAsync("/api/v1/nodes/node-a/unlock", new { password = "wrong-password" }, HttpStatusCode.Conflict))
            .GetProperty("detail").GetString().Should().Contain("refuses the password");
        (await receiver.PostAsync("/api/v1/nodes/node-a/unlock", new { password = "emulated-password" })).GetProperty("result").GetString().Should().Be("ready");
        (await receiver.PostAsync("/api/v1/nodes/node-a/unlock", new { password = "emulated-password" })).GetProperty("message").GetString().Should().Contain("already");
        await receiver.PostAsync("/api/v1/nodes/node-b/unlock", expected: HttpStatusCode.Conflict);
        await receiver.PostAsync("/api/v1/nodes/node-a/stop");
        await receiver.PostAsync("/api/v1/nodes/node-a/webhook-url", new { url = "https://hooks.example.com/hook?secret=hunter2" });
        await receiver.PostAsync("/api/v1/nodes/node-a/webhook-url", new { url = "not a url" }, HttpStatusCode.BadRequest);
        await receiver.PostAsync("/api/v1/nodes/node-a/webhook-url", expected: HttpStatusCode.Conflict);
        await receiver.PostAsync("/api/v1/nodes/node-x/start", expected: HttpStatusCode.NotFound);
        var logs = await receiver.PostAsync("/api/v1/nodes/node-a/logs");
        logs.GetProperty("urls").GetArrayLength().Should().BePositive();

        var audit = (await receiver.GetAsync("/api/v1/audit")).GetProperty("items").EnumerateArray().Select(
            item => $"{item.GetProperty("action").GetString()} {item.GetProperty("target").GetString()} {item.GetProperty("outcome").GetString()}").ToList();
        audit.Should().Contain("node.stop node-a asked").And.Contain("node.unlock node-a ready").And.Contain("node.webhookUrl node-a posts to hooks.example.com")
            .And.Contain("node.logs node-a collected");
        var told = string.Join('\n', [.. audit, .. receiver.Log.Lines]);
        told.Should().NotContain("emulated-password").And.NotContain("wrong-password").And.NotContain("hunter2")
            .And.NotContain(logs.GetProperty("urls")[0].GetString());
        (await receiver.GetAsync("/api/v1/events?type=NODE_ACTION_STARTED&node=node-a")).GetProperty("items").GetArrayLength().Should().Be(4, "each is told as an event");
    }

    [Fact]
    public async Task A_restart_stops_a_node_and_starts_it_again_and_nobody_else_works_on_it_meanwhile()
    {
        var clock = new CountedClock();
        await using var cloud = await StartCloudAsync(clock);
        await using var receiver = await StartAsync(cloud);
        var client = receiver.Services.GetRequiredService<ThunderStackCloudClient>();

        await receiver.PostAsync("/api/v1/nodes/node-a/restart", expected: HttpStatusCode.Accepted);
        (await receiver.PostAsync("/api/v1/nodes/node-a/stop", expected: HttpStatusCode.Conflict)).GetProperty("detail").GetString().Should().Contain("api:ops");
        (await receiver.PostAsync("/api/v1/nodes/node-b/stop")).GetProperty("result").GetString().Should().Be("asked");
        await receiver.UntilAsync(async () =>
        {
            clock.Advance(TimeSpan.FromSeconds(2));
            return receiver.Log.Lines.Any(line => line.Contains("was asked to start again", StringComparison.Ordinal))
                && (await client.Nodes.GetAsync("node-a", None)).Status == CloudNodeStatus.Running;
        });

        // The lease is over with it.
        await receiver.PostAsync("/api/v1/nodes/node-a/stop");
    }

    private static async Task<WebApplication> StartCloudAsync(TimeProvider? time = null)
    {
        var app = EmulatorApplication.Build(["--urls=http://127.0.0.1:0"], builder =>
        {
            builder.Logging.ClearProviders();
            builder.Services.AddSingleton(time ?? TimeProvider.System);
            builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
            {
                [$"{EmulatorOptions.Section}:Nodes:0:NodeId"] = "node-a",
                [$"{EmulatorOptions.Section}:Nodes:1:NodeId"] = "node-b",
                [$"{EmulatorOptions.Section}:ApiToken"] = Token,
            });
        });
        await app.StartAsync(None);
        return app;
    }

    private static Task<ManagedReceiver> StartAsync(WebApplication cloud) => ManagedReceiver.StartAsync(
        new()
        {
            ["Cloud:BaseAddress"] = cloud.Urls.Single(),
            ["Cloud:ApiToken"] = Token,
            ["Cloud:NodeApiHosts:0"] = "127.0.0.1",
            ["NodeWatch:Interval"] = "1.00:00:00",
        },
        builder => builder.AddNodeWatch());
}
