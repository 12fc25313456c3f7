using ThunderStack.Webhooks.Cli.Tests.Running;
using ThunderStack.Webhooks.Testing;
using ThunderStack.Webhooks.Testing.Inbox;

namespace ThunderStack.Webhooks.Cli.Tests.Inbox;

public sealed class InboxVerifyTests : IDisposable
{
    private readonly TestInbox _inbox = new();

    public void Dispose() => _inbox.Dispose();

    [Fact]
    public async Task Verify_EventsOfTwoKeysAndAReconciledOne_CountsEach()
    {
        await StoreThreeKindsAsync();

        var run = await VerifyAsync();

        run.ShouldEnd(Expected.Ok);
        Counts(run).Should().Equal(1204, 1203, 1, 0, 0);
        run.Json.GetProperty("keys").GetProperty(TestInbox.Key.Fingerprint.Value).GetInt64().Should().Be(1200);
        run.Json.GetProperty("keys").GetProperty(TestInbox.OtherKey.Fingerprint.Value).GetInt64().Should().Be(3);
    }

    public static TheoryData<string, string> Tampering => new()
    {
        { "UPDATE events SET body = CAST(replace(CAST(body AS TEXT), 'RUNNING', 'FAILED!') AS BLOB) WHERE seq = 2", "signature" },
        { "UPDATE events SET signature = zeroblob(256) WHERE seq = 2", "signature" },
        { "UPDATE events SET status = 'FAILED' WHERE seq = 2", "status" },
        { "UPDATE events SET node_id = 'node-z' WHERE seq = 2", "node" },
        { "UPDATE events SET id = zeroblob(32) WHERE seq = 2", "id" },
        { "UPDATE events SET key = 77 WHERE seq = 2", "key" },
        { "UPDATE events SET source = 1 WHERE seq = 2", "reconciled" },
    };

    [Theory]
    [MemberData(nameof(Tampering))]
    public async Task Verify_TamperedEvent_FailsAndSaysWhat(string sql, string what)
    {
        await _inbox.StoreAsync(SignedDelivery.Valid(), SignedDelivery.Valid().ForNode("node-b"), SignedDelivery.Valid().ForNode("node-c"));
        _inbox.Tamper(sql);

        var run = await VerifyAsync();

        run.ShouldEnd(Expected.Failed);
        run.Json.GetProperty("failed").GetInt64().Should().Be(1);
        run.Json.GetProperty("authentic").GetInt64().Should().Be(2);
        run.Json.GetProperty("failures")[0].GetProperty("problem").GetString().Should().Contain(what);
    }

    [Fact]
    public async Task Verify_KeyThatWasSwapped_FailsWhatItSigned()
    {
        await _inbox.StoreAsync(SignedDelivery.Valid(), SignedDelivery.Valid().ForNode("node-b").SignedBy(TestKey.Other));
        _inbox.Tamper($"UPDATE public_keys SET spki = x'{Convert.ToHexString(TestInbox.OtherKey.SubjectPublicKeyInfo.Span)}'");

        Counts((await VerifyAsync()).ShouldEnd(Expected.Failed)).Should().Equal(2, 1, 0, 0, 1);
    }

    [Fact]
    public async Task Export_AndVerifyTheArchive_FindsTheSame()
    {
        await StoreThreeKindsAsync();
        var archive = _inbox.File("archive.jsonl");

        var export = await ToolRun.ToolAsync("inbox", "export", "--inbox", _inbox.Path, "--file", archive, "-o", "json");
        var verified = await ToolRun.ToolAsync("inbox", "verify", "--archive", archive, "-o", "json");

        export.ShouldEnd(Expected.Ok).Json.GetProperty("events").GetInt64().Should().Be(1204);
        Counts(verified.ShouldEnd(Expected.Ok)).Should().Equal(1204, 1203, 1, 0, 0);
        (await ToolRun.ToolAsync("inbox", "export", "--inbox", _inbox.Path, "--file", archive)).ShouldEnd(Expected.Usage);
    }

    [Fact]
    public async Task Verify_TamperedArchive_Fails()
    {
        await _inbox.StoreAsync(SignedDelivery.Valid());
        var export = await ToolRun.ToolAsync("inbox", "export", "--inbox", _inbox.Path);
        var archive = _inbox.File("archive.jsonl");
        await File.WriteAllTextAsync(archive, export.ShouldEnd(Expected.Ok).Out.Replace("\"signature\":\"", "\"signature\":\"AAAA", StringComparison.Ordinal), TestContext.Current.CancellationToken);

        (await ToolRun.ToolAsync("inbox", "verify", "--archive", archive)).ShouldEnd(Expected.Failed);
        await File.WriteAllTextAsync(archive, "nonsense\n", TestContext.Current.CancellationToken);
        (await ToolRun.ToolAsync("inbox", "verify", "--archive", archive)).ShouldEnd(Expected.Usage).Error.Should().Contain("Line 1");
    }

    private static long[] Counts(ToolRun run) =>
        [.. new[] { "checked", "authentic", "reconciled", "removed", "failed" }.Select(name => run.Json.GetProperty(name).GetInt64())];

    // More than two pages.
    private async Task StoreThreeKindsAsync()
    {
        await using var inbox = await _inbox.OpenAsync();
        await TestInbox.StoreAllAsync(
            inbox,
            [
                .. Enumerable.Range(0, 1200).Select(number => SignedDelivery.Valid().At(TestEntry.Noon.AddMilliseconds(number))),
                .. Enumerable.Range(0, 3).Select(number => SignedDelivery.Valid().ForNode("node-b").At(TestEntry.Noon.AddSeconds(number)).SignedBy(TestKey.Other)),
            ]);

        await inbox.AppendAsync(TestEntry.CreateReconciled(), key: null, TestContext.Current.CancellationToken);
    }

    private Task<ToolRun> VerifyAsync() => ToolRun.ToolAsync("inbox", "verify", "--inbox", _inbox.Path, "-o", "json");
}
