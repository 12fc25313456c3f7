using System.Net;
using System.Text.Json;
using ThunderStack.Webhooks.Testing;

namespace ThunderStack.Webhooks.Management.Tests.Overview;

/// <summary>What is shown of the receiver as a whole.</summary>
public sealed class OverviewTests
{
    private static CancellationToken None => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_overview_has_conditions_nodes_handlers_the_key_and_the_inbox()
    {
        await using var receiver = await ManagedReceiver.StartAsync();
        await receiver.ReceiveAsync("node-a", "FAILED");
        await receiver.IsOpenAsync("nodeFailed");

        var overview = await receiver.GetAsync("/api/v1/overview");

        overview.GetProperty("version").GetString().Should().NotBeEmpty();
        overview.GetProperty("asOf").GetString().Should().EndWith("Z");
        var condition = overview.GetProperty("conditions").EnumerateArray().Should().ContainSingle().Which;
        condition.GetProperty("kind").GetString().Should().Be("nodeFailed");
        condition.GetProperty("severity").GetString().Should().Be("critical");
        condition.GetProperty("nodeId").GetString().Should().Be("node-a");
        overview.GetProperty("nodes").EnumerateArray().Select(node => node.GetProperty("id").GetString()).Should().Equal("node-a", "node-b");
        overview.GetProperty("handlers").EnumerateArray().Select(handler => handler.GetProperty("name").GetString()).Should().Equal("log");
        overview.GetProperty("key").GetProperty("source").GetString().Should().Be("pinned");
        overview.GetProperty("inbox").GetProperty("isHealthy").GetBoolean().Should().BeTrue();
        overview.GetProperty("inbox").GetProperty("database").GetString().Should().NotBeEmpty();
    }

    [Fact]
    public async Task Conditions_that_were_closed_are_listed_behind_the_open_ones()
    {
        await using var receiver = await ManagedReceiver.StartAsync();
        await receiver.ReceiveAsync("node-a", "FAILED");
        await receiver.IsOpenAsync("nodeFailed");
        await receiver.ReceiveAsync("node-a", "RUNNING");
        await receiver.UntilAsync(async () => (await receiver.GetAsync("/api/v1/conditions")).GetProperty("items").GetArrayLength() == 0);

        var closed = (await receiver.GetAsync("/api/v1/conditions?closed=true")).GetProperty("items");

        closed[0].GetProperty("kind").GetString().Should().Be("nodeFailed");
        closed[0].GetProperty("closedAt").ValueKind.Should().Be(JsonValueKind.String);
    }

    [Fact]
    public async Task The_key_is_shown_and_asked_for_again()
    {
        var key = TestKey.Default;
        await using var receiver = await ManagedReceiver.StartAsync();

        var shown = await receiver.GetAsync("/api/v1/key");
        shown.GetProperty("bits").GetInt32().Should().Be(2048);
        shown.GetProperty("fingerprint").GetString().Should().MatchRegex("^[0-9a-f]{64}$");
        shown.GetProperty("status").GetString().Should().Be("healthy");

        (await receiver.PostAsync("/api/v1/key/refresh", expected: HttpStatusCode.Conflict)).GetProperty("detail").GetString().Should().Contain("AlsoFetch");
        key.PublicKeyPem.Should().NotBeEmpty();
    }

    [Fact]
    public async Task A_refresh_that_fails_says_why_and_is_written_down()
    {
        await using var receiver = await ManagedReceiver.StartAsync(new() { ["PublicKey:AlsoFetch"] = "true" });

        var problem = await receiver.PostAsync("/api/v1/key/refresh", expected: HttpStatusCode.BadGateway);

        problem.GetProperty("detail").GetString().Should().Contain("could not be fetched");
        var audit = (await receiver.GetAsync("/api/v1/audit")).GetProperty("items")[0];
        audit.GetProperty("by").GetString().Should().Be("ops");
        audit.GetProperty("action").GetString().Should().Be("key.refresh");
        audit.GetProperty("outcome").GetString().Should().Contain("could not be fetched");
        (await receiver.GetAsync("/api/v1/key")).GetProperty("lastFetch").GetProperty("problem").GetString().Should().NotBeEmpty();
    }

    [Fact]
    public async Task What_was_refused_is_shown_the_latest_first_and_at_most_200()
    {
        await using var receiver = await ManagedReceiver.StartAsync();
        using (await receiver.Webhooks.SendAsync(SignedDelivery.Valid().WithTamperedBody().ToRequest(), None))
        using (await receiver.Webhooks.SendAsync(SignedDelivery.Valid().ForNode("node-x").ToRequest(), None))
        {
        }

        var refusals = (await receiver.GetAsync("/api/v1/refusals")).GetProperty("items").EnumerateArray().ToList();

        refusals.Select(refusal => refusal.GetProperty("outcome").GetString()).Should().Equal("unexpectedNode", "invalidSignature");
        refusals[0].GetProperty("reason").GetString().Should().Contain("node-x");
        refusals[0].GetProperty("from").GetString().Should().Be("127.0.0.1");

        for (var i = 0; i < 250; i++)
        {
            using var answer = await receiver.Webhooks.GetAsync("/elsewhere", None);
        }

        var last = (await receiver.GetAsync("/api/v1/refusals")).GetProperty("items");
        last.GetArrayLength().Should().Be(200);
        last[0].GetProperty("outcome").GetString().Should().Be("notFound");
    }

    [Fact]
    public async Task Settings_are_shown_without_what_is_secret_in_them()
    {
        await using var receiver = await ManagedReceiver.StartAsync(new()
        {
            ["Cloud:ApiToken"] = "token-hunter2",
            ["Handlers:hook:Type"] = "Forward",
            ["Handlers:hook:Url"] = "http://127.0.0.1:1/hunter2",
            ["Handlers:hook:Secret"] = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        });

        var text = (await receiver.GetAsync("/api/v1/settings")).GetRawText();
        var settings = JsonSerializer.Deserialize<JsonElement>(text).GetProperty("items").EnumerateArray().ToDictionary(setting => setting.GetProperty("key").GetString()!);

        text.Should().NotContain("hunter2").And.NotContain("MfKQ9r8").And.NotContain(ManagedReceiver.ReadKey).And.NotContain(ManagedReceiver.OperateKey);
        settings["ThunderStack:Management:ApiKeys:ops:Key"].GetProperty("isSecret").GetBoolean().Should().BeTrue();
        settings["ThunderStack:Management:ApiKeys:ops:Role"].GetProperty("value").GetString().Should().Be("operate");
        settings["ThunderStack:Nodes:0:Name"].GetProperty("value").GetString().Should().Be("alpha");
        settings["ThunderStack:Dispatch:Concurrency"].GetProperty("isDefault").GetBoolean().Should().BeTrue();
        settings["ThunderStack:Handlers:hook:Url"].GetProperty("value").ValueKind.Should().Be(JsonValueKind.Null);
    }
}
