using System.Text.Json;
using ThunderStack.Webhooks.Cli.Tests.Running;
using ThunderStack.Webhooks.Testing;

namespace ThunderStack.Webhooks.Cli.Tests.Sources;

/// <summary>What a database and the receiver that runs on it answer to the same question.</summary>
public sealed class SourceTests(ManagedReceiver receiver) : IClassFixture<ManagedReceiver>
{
    private const string Tricky = "n\u202eevil\u2066\u200b\u2028x";

    public static TheoryData<string> Questions => new(
        "inbox list",
        "inbox list --node node-a --limit 2",
        "inbox list --type NODE_STATUS_UPDATED --from 2024-01-01 --limit 3",
        "inbox list --dead --limit 3",
        "inbox list --pending",
        "inbox verify",
        "inbox export",
        "handlers list",
        "conditions",
        "conditions --closed");

    [Theory]
    [MemberData(nameof(Questions))]
    public async Task Question_OfEitherSource_HasTheSameAnswer(string question)
    {
        receiver.IsWell = false;
        await receiver.ReceiveAsync("node-a", "STARTING");
        await receiver.ReceiveAsync("node-a");
        await receiver.ReceiveAsync("node-b", "IN_PROGRESS");

        // Conditions open and close by themselves meanwhile.
        await Eventually.TrueAsync(
            async () =>
            {
                var asked = await receiver.AskAsync([.. question.Split(' '), "-o", "json"]);
                var read = await receiver.AskAsync(Source.Database, [.. question.Split(' '), "-o", "json"]);
                asked.ShouldEnd(Expected.Ok).Error.Should().BeEmpty();
                return asked.Out == read.ShouldEnd(Expected.Ok).Out && asked.Out.Length > 2;
            },
            $"{question} is answered alike");
        (await receiver.AskAsync(question.Split(' '))).ShouldEnd(Expected.Ok);
    }

    [Theory]
    [InlineData(Source.Database)]
    [InlineData(Source.Receiver)]
    public async Task Show_ByTheEndOfItsId_HasTheExactBodySignatureAndDeliveries(Source source)
    {
        receiver.IsWell = false;
        await receiver.ReceiveAsync("node-c", "PAUSED");
        var id = (await receiver.AskAsync(source, "inbox", "list", "--node", "node-c", "-o", "json")).ShouldEnd(Expected.Ok).Json[0].GetProperty("eventId").GetString()!;

        var run = await receiver.AskAsync(source, "inbox", "show", id[^10..], "-o", "json");

        run.ShouldEnd(Expected.Ok).Json.GetProperty("event").GetProperty("eventId").GetString().Should().Be(id);
        run.Json.GetProperty("body").GetString().Should().StartWith("""{"eventType":"NODE_STATUS_UPDATED",""");
        Convert.FromBase64String(run.Json.GetProperty("signature").GetString()!).Should().HaveCount(256);
        run.Json.GetProperty("deliveries").EnumerateArray().Select(delivery => $"{delivery.GetProperty("handler")} {delivery.GetProperty("state")}")
            .Should().BeEquivalentTo("log succeeded", "ops deadLettered");
        (await receiver.AskAsync(source, "inbox", "show", new string('0', 64))).ShouldEnd(Expected.NotFound);
        (await receiver.AskAsync(source, "inbox", "show", "0123456789")).ShouldEnd(Expected.NotFound);
    }

    [Theory]
    [InlineData(Source.Database)]
    [InlineData(Source.Receiver)]
    public async Task Status_HasConditionsNodesAndHandlers(Source source)
    {
        await receiver.ReceiveAsync("node-d", "FAILED");
        ToolRun run = null!;
        await Eventually.TrueAsync(
            async () =>
            {
                run = await receiver.AskAsync(source, "status", "-o", "json");
                return run.ShouldEnd(Expected.Ok).Json.GetProperty("conditions").EnumerateArray().Any(condition =>
                    condition.GetProperty("kind").GetString() == "nodeFailed" && condition.GetProperty("subject").GetString() == "node-d");
            },
            "the failure is told");

        run.Json.GetProperty("nodes").EnumerateArray().Should().Contain(node => node.GetProperty("nodeId").GetString() == "node-d" && node.GetProperty("status").GetString() == "FAILED");
        run.Json.GetProperty("handlers").EnumerateArray().Select(handler => handler.GetProperty("handler").GetString()).Should().Equal("log", "ops");
        run.Json.GetProperty("receiver").ValueKind.Should().Be(source == Source.Receiver ? JsonValueKind.Object : JsonValueKind.Null);
        var text = (await receiver.AskAsync(source, "status")).ShouldEnd(Expected.Ok).Out;
        text.Should().Contain("CRITICAL ").And.Contain("node-d").And.Contain("ops");
        text.Contains("stores events", StringComparison.Ordinal).Should().Be(source == Source.Receiver);
    }

    [Fact]
    public async Task Replay_AndDiscard_ChangeTheReceiverThatRuns()
    {
        receiver.IsWell = false;
        await receiver.ReceiveAsync("node-e");
        await receiver.ReceiveAsync("node-f");
        receiver.IsWell = true;

        var replay = await receiver.AskAsync("inbox", "replay", "--node", "node-e", "-o", "json");
        var discard = await receiver.AskAsync("inbox", "discard", "--node", "node-f", "--handler", "ops", "--yes");

        replay.ShouldEnd(Expected.Ok).Json.GetProperty("deliveries").GetInt32().Should().Be(1);
        replay.Json.GetProperty("handlers").GetProperty("ops").GetInt32().Should().Be(1);
        discard.ShouldEnd(Expected.Ok).Out.Should().Contain("1 dead letter discarded.");
        await Eventually.TrueAsync(async () => await StateAsync("node-e") == "succeeded", "it is handed out again");
        (await StateAsync("node-f")).Should().Be("discarded");
        (await receiver.AskAsync("inbox", "replay", "--node", "node-e")).ShouldEnd(Expected.Ok).Out.Should().Contain("0 deliveries");
        (await receiver.AskAsync("inbox", "replay", "--handler", "oops")).ShouldEnd(Expected.NotFound).Error.Should().Contain("log, ops");
    }

    [Fact]
    public async Task Pause_AndResume_AreSeenInTheDatabaseToo()
    {
        var pause = await receiver.AskAsync("handlers", "pause", "log");
        var again = await receiver.AskAsync("handlers", "pause", "log", "-o", "json");
        var listed = (await receiver.AskAsync(Source.Database, "handlers", "list", "-o", "json")).ShouldEnd(Expected.Ok);
        var resume = await receiver.AskAsync("handlers", "resume", "log");

        pause.ShouldEnd(Expected.Ok).Out.Should().Be("log is paused.\n");
        again.ShouldEnd(Expected.Ok).Json.GetProperty("isChange").GetBoolean().Should().BeFalse();
        listed.Json[0].GetProperty("pausedBy").GetString().Should().Be("people");
        resume.ShouldEnd(Expected.Ok).Out.Should().Be("log goes on.\n");
        (await receiver.AskAsync("handlers", "resume", "log")).ShouldEnd(Expected.Ok).Out.Should().Contain("was not paused");
        (await receiver.AskAsync("handlers", "pause", "nobody")).ShouldEnd(Expected.NotFound).Error.Should().Contain("log, ops");
    }

    [Fact]
    public async Task Change_OfAFileThatAReceiverOwns_NamesTheOtherWay()
    {
        foreach (var change in (string[][])[["inbox", "replay", "--all"], ["handlers", "pause", "ops"]])
        {
            (await ToolRun.ProcessAsync([.. change, "--inbox", receiver.InboxPath])).ShouldEnd(Expected.InUse).Error.Should().Contain("--receiver").And.Contain("stop the receiver");
        }
    }

    [Fact]
    public async Task Change_WithAKeyThatMayOnlyRead_SaysWhichItTakes()
    {
        (await receiver.AskWithAsync(ManagedReceiver.ReadKey, "handlers", "list")).ShouldEnd(Expected.Ok);

        foreach (var change in (string[][])[["handlers", "pause", "ops"], ["inbox", "replay", "--all"], ["inbox", "discard", "--all", "--yes"]])
        {
            (await receiver.AskWithAsync(ManagedReceiver.ReadKey, change)).ShouldEnd(Expected.Unavailable).Error.Should().Contain("Operate");
        }
    }

    [Fact]
    public async Task Export_OfTheReceiver_IsVerifiedAnywhere_AndTamperingIsFound()
    {
        using var directory = new TemporaryDirectory();
        await receiver.ReceiveAsync("node-g");
        var archive = directory.File("archive.jsonl");

        (await receiver.AskAsync("inbox", "export", "--node", "node-g", "--file", archive)).ShouldEnd(Expected.Ok).Out.Should().StartWith("1 event in ");

        (await ToolRun.ToolAsync("inbox", "verify", "--archive", archive, "-o", "json")).ShouldEnd(Expected.Ok).Json.GetProperty("authentic").GetInt64().Should().Be(1);
        var text = await File.ReadAllTextAsync(archive, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(archive, text.Replace("\"nodeId\":\"node-g\"", "\"nodeId\":\"node-h\"", StringComparison.Ordinal), TestContext.Current.CancellationToken);
        (await ToolRun.ToolAsync("inbox", "verify", "--archive", archive)).ShouldEnd(Expected.Failed);
    }

    [Theory]
    [InlineData("text")]
    [InlineData("json")]
    public async Task NodeThatTurnsTheDirectionOfText_IsShownAndNotObeyed(string output)
    {
        await receiver.ReceiveAsync(Tricky);

        foreach (var run in (ToolRun[])[await receiver.AskAsync("inbox", "list", "--limit", "1", "-o", output), await receiver.AskAsync("status", "-o", output)])
        {
            run.ShouldEnd(Expected.Ok).Out.Should().Contain(@"n\u202eevil\u2066\u200b\u2028x").And.NotContainAny("\u202e", "\u2066", "\u200b", "\u2028");
        }
    }

    private async Task<string?> StateAsync(string node)
    {
        var id = (await receiver.AskAsync("inbox", "list", "--node", node, "-o", "json")).Json[0].GetProperty("eventId").GetString()!;
        return (await receiver.AskAsync("inbox", "show", id, "-o", "json")).Json.GetProperty("deliveries").EnumerateArray()
            .Single(delivery => delivery.GetProperty("handler").GetString() == "ops").GetProperty("state").GetString();
    }
}
