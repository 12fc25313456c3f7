using System.Text;
using ThunderStack.Webhooks.Cli.Tests.Running;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Testing;

namespace ThunderStack.Webhooks.Cli.Tests.Inbox;

public sealed class InboxReadingTests : IDisposable
{
    private readonly TestInbox _inbox = new();

    public void Dispose() => _inbox.Dispose();

    [Fact]
    public async Task List_WhileAReceiverRuns_ShowsItsEventsNewestFirst()
    {
        await using var receiver = await RunningReceiver.StartAsync(_inbox.Path);
        (await receiver.SendAsync(SignedDelivery.Valid().WithStatus("STARTING"))).EnsureSuccessStatusCode();
        (await receiver.SendAsync(SignedDelivery.Valid().WithStatus("RUNNING"))).EnsureSuccessStatusCode();

        var run = await ToolRun.ProcessAsync(["inbox", "list", "--inbox", _inbox.Path, "--output", "json"]);

        run.ShouldEnd(Expected.Ok);
        run.Json.EnumerateArray().Select(item => item.GetProperty("status").GetString()).Should().Equal("RUNNING", "STARTING");
        run.Json[0].GetProperty("source").GetString().Should().Be("webhook");
        (await receiver.SendAsync(SignedDelivery.Valid().WithStatus("PAUSED"))).EnsureSuccessStatusCode();
    }

    [Fact]
    public async Task List_Filtered_ShowsThoseOnly()
    {
        await _inbox.StoreAsync(
            SignedDelivery.Valid(), SignedDelivery.Valid().ForNode("node-b"), SignedDelivery.Valid().ForNode("node-b").OfType("NODE_RENAMED"));

        var node = await ListAsync("--node", "node-b");
        var type = await ListAsync("--node", "node-b", "--type", "NODE_RENAMED");
        var limited = await ListAsync("--limit", "2");
        var later = await ListAsync("--from", "2024-11-07");
        var before = await ListAsync("--to", "2024-11-06T12:00:00.001Z");
        var recent = await ListAsync("--from", "24h");

        new[] { node, type, limited, later, before, recent }.Should().Equal(2, 1, 2, 0, 3, 0);
    }

    [Fact]
    public async Task List_AsText_IsPlainWhenPiped_AndColouredOnATerminal_UnlessNoColor()
    {
        var entry = (await _inbox.StoreAsync(SignedDelivery.Valid())).Single();
        string[] command = ["inbox", "show", entry.Id.ToString(), "--inbox", _inbox.Path];

        var piped = await ToolRun.ToolAsync(command);
        var terminal = await ToolRun.OnTerminalAsync(command);
        var noColor = await ToolRun.OnTerminalAsync(command, new() { ["NO_COLOR"] = "1" });

        piped.ShouldEnd(Expected.Ok).Out.Should().Contain(entry.Id.ToString()).And.NotContain("\e");
        terminal.ShouldEnd(Expected.Ok).Out.Should().Contain("\e[2m");
        noColor.ShouldEnd(Expected.Ok).Out.Should().NotMatchRegex("\e\\[[0-9;]*3[0-9]m");
    }

    [Fact]
    public async Task Show_OneEvent_HasBodySignatureAndDeliveries()
    {
        var delivery = SignedDelivery.Valid();
        await _inbox.KillAllAsync("ops", delivery);
        var listed = await ToolRun.ToolAsync("inbox", "list", "--inbox", _inbox.Path, "-o", "json");
        var id = listed.Json[0].GetProperty("eventId").GetString()!;

        var run = await ToolRun.ToolAsync("inbox", "show", id, "--inbox", _inbox.Path, "-o", "json");

        run.ShouldEnd(Expected.Ok);
        run.Json.GetProperty("body").GetString().Should().Be(Encoding.UTF8.GetString(delivery.Body));
        run.Json.GetProperty("signature").GetString().Should().Be(delivery.Signature);
        var stand = run.Json.GetProperty("deliveries")[0];
        stand.GetProperty("handler").GetString().Should().Be("ops");
        stand.GetProperty("state").GetString().Should().Be("deadLettered");
        stand.GetProperty("error").GetString().Should().Be("it was refused");
    }

    [Fact]
    public async Task List_DeadLetters_ShowsThem()
    {
        await _inbox.KillAllAsync("ops", SignedDelivery.Valid(), SignedDelivery.Valid().WithStatus("FAILED"));

        var run = await ToolRun.ToolAsync("inbox", "list", "--dead", "--inbox", _inbox.Path);

        run.ShouldEnd(Expected.Ok).Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Should().HaveCount(3).And.Contain(line => line.Contains("it was refused"));
    }

    [Fact]
    public async Task List_Pending_ShowsWhatWaitsByHandlerAndNode()
    {
        InboxEntry poison;
        await using (var inbox = await _inbox.OpenAsync())
        {
            var token = TestContext.Current.CancellationToken;
            await inbox.RegisterHandlersAsync(["ops"], DeliveryOrdering.PerNode, token);
            poison = await TestInbox.StoreAsync(inbox, SignedDelivery.Valid());
            await TestInbox.StoreAsync(inbox, SignedDelivery.Valid().WithStatus("FAILED"));
            var claimed = (await inbox.ClaimAsync("ops", 1, token)).Single();
            await inbox.SettleAsync(
                claimed, new Settlement(DeliveryOutcome.Retry, TimeProvider.System.GetUtcNow(), TimeSpan.FromHours(1), "it failed"), token);
        }

        var text = await ToolRun.ToolAsync("inbox", "list", "--pending", "--inbox", _inbox.Path);
        var lane = (await ToolRun.ToolAsync("inbox", "list", "--pending", "--inbox", _inbox.Path, "-o", "json")).ShouldEnd(Expected.Ok).Json[0];

        text.ShouldEnd(Expected.Ok).Out.Should().MatchRegex($"ops +node-a +1 +1 +2024-11-06 12:00:00Z +{poison.Id.ToString()[^10..]} +1 +2");
        lane.GetProperty("handler").GetString().Should().Be("ops");
        lane.GetProperty("pending").GetInt32().Should().Be(1);
        lane.GetProperty("nextEventId").GetString().Should().Be(poison.Id.ToString());
        (await ToolRun.ToolAsync("inbox", "list", "--pending", "--dead", "--inbox", _inbox.Path)).ShouldEnd(Expected.Usage);
        (await ToolRun.ToolAsync("inbox", "list", "--pending", "--node", "node-a", "--inbox", _inbox.Path)).ShouldEnd(Expected.Usage);
    }

    [Fact]
    public async Task Show_UnknownEvent_IsNotFound()
    {
        await _inbox.StoreAsync(SignedDelivery.Valid());

        (await ToolRun.ToolAsync("inbox", "show", new string('0', 64), "--inbox", _inbox.Path)).ShouldEnd(Expected.NotFound);
        (await ToolRun.ToolAsync("inbox", "show", "123", "--inbox", _inbox.Path)).ShouldEnd(Expected.Usage);
    }

    [Fact]
    public async Task EndOfAnId_AsListed_IsTaken_UnlessItIsAmbiguous()
    {
        var entry = (await _inbox.StoreAsync(SignedDelivery.Valid())).Single();
        var other = (await _inbox.StoreAsync(SignedDelivery.Valid().WithStatus("FAILED"))).Single();
        var listed = (await ToolRun.ToolAsync("inbox", "list", "--inbox", _inbox.Path)).ShouldEnd(Expected.Ok).Out;
        var end = entry.Id.ToString()[^10..];

        listed.Should().Contain($"  {end}\n").And.NotContain(entry.Id.ToString());
        foreach (var digits in (string[])[end, end.ToUpperInvariant(), end[^6..], entry.Id.ToString()[1..]])
        {
            (await ToolRun.ToolAsync("inbox", "show", digits, "--inbox", _inbox.Path, "-o", "json")).ShouldEnd(Expected.Ok)
                .Json.GetProperty("event").GetProperty("eventId").GetString().Should().Be(entry.Id.ToString());
        }

        (await ToolRun.ToolAsync("inbox", "show", "0123456789", "--inbox", _inbox.Path)).ShouldEnd(Expected.NotFound);
        (await ToolRun.ToolAsync("inbox", "replay", "0123456789", "--inbox", _inbox.Path)).ShouldEnd(Expected.NotFound);
        _inbox.Tamper($"UPDATE event_ids SET id = CAST(x'00' || substr(x'{entry.Id}', 2) AS BLOB) WHERE id = x'{other.Id}'");
        (await ToolRun.ToolAsync("inbox", "show", end, "--inbox", _inbox.Path)).ShouldEnd(Expected.Usage).Error.Should().Contain("More than one").And.Contain(entry.Id.ToString());
    }

    [Fact]
    public async Task List_NoFile_IsNotFound_AndMakesNone()
    {
        (await ToolRun.ToolAsync("inbox", "list", "--inbox", _inbox.Path)).ShouldEnd(Expected.NotFound);
        (await ToolRun.ToolAsync("inbox", "replay", "--all", "--inbox", _inbox.Path)).ShouldEnd(Expected.NotFound);

        File.Exists(_inbox.Path).Should().BeFalse();
    }

    [Fact]
    public async Task List_AnotherProgramsDatabase_IsRefused()
    {
        using (var other = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={_inbox.Path};Pooling=false"))
        {
            other.Open();
            using var command = other.CreateCommand();
            command.CommandText = "CREATE TABLE t(x)";
            command.ExecuteNonQuery();
        }

        (await ToolRun.ToolAsync("inbox", "list", "--inbox", _inbox.Path)).ShouldEnd(Expected.Unavailable).Error.Should().Contain("not an inbox").And.NotContain("ThunderStack:");
    }

    [Fact]
    public async Task List_InboxFromTheEnvironment_IsFound_AndAPasswordOnTheCommandLineIsRefused()
    {
        await _inbox.StoreAsync(SignedDelivery.Valid());

        (await ToolRun.ToolAsync(["inbox", "list"], new() { ["THUNDERSTACK_INBOX"] = $"Data Source={_inbox.Path}" })).ShouldEnd(Expected.Ok);
        (await ToolRun.ToolAsync("inbox", "list", "--inbox", "Host=db;Password=hunter2")).ShouldEnd(Expected.Usage)
            .Error.Should().Contain("THUNDERSTACK_INBOX").And.NotContain("hunter2");
    }

    [Fact]
    public async Task List_BackupOnAReadOnlyDisk_IsReadWithoutAFileBesideIt()
    {
        await _inbox.StoreAsync(SignedDelivery.Valid());
        var before = Directory.GetFiles(Path.GetDirectoryName(_inbox.Path)!);

        (await ListAsync()).Should().Be(1);

        Directory.GetFiles(Path.GetDirectoryName(_inbox.Path)!).Where(file => new FileInfo(file).Length > 0 && !file.EndsWith("-shm", StringComparison.Ordinal))
            .Should().BeSubsetOf(before);
    }

    private async Task<int> ListAsync(params string[] filter) =>
        (await ToolRun.ToolAsync(["inbox", "list", "--inbox", _inbox.Path, "-o", "json", .. filter])).ShouldEnd(Expected.Ok).Json.GetArrayLength();
}
