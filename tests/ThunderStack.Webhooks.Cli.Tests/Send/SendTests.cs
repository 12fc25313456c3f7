using System.Security.Cryptography;
using ThunderStack.Webhooks.Cli.Tests.Running;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Testing;
using ThunderStack.Webhooks.Testing.Keys;

namespace ThunderStack.Webhooks.Cli.Tests.Send;

public sealed class SendTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly RSA _key = RSA.Create(2048);

    public void Dispose()
    {
        _key.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task Send_SeveralStatuses_AreVerifiedAndStoredInOrder()
    {
        await using var receiver = await StartReceiverAsync();

        var run = await SendAsync(receiver, "--status", "STARTING", "--status", "RUNNING", "--status", "MADE_UP", "--count", "4");

        run.ShouldEnd(Expected.Ok);
        run.Json.GetProperty("sent").GetInt32().Should().Be(4);
        run.Json.GetProperty("answers").GetProperty("200").GetInt32().Should().Be(4);
        var stored = await StoredAsync(receiver);
        stored.Select(entry => entry.Status?.Value).Should().Equal("STARTING", "MADE_UP", "RUNNING", "STARTING");
        run.Json.GetProperty("events").EnumerateArray().Select(sent => sent.GetProperty("eventId").GetString())
            .Should().BeEquivalentTo(stored.Select(entry => entry.Id.ToString()));
    }

    [Fact]
    public async Task Send_Duplicate_IsAnsweredWithTheSameIdAndStoredOnce()
    {
        await using var receiver = await StartReceiverAsync();

        var run = await SendAsync(receiver, "--duplicate", "--count", "3");

        run.ShouldEnd(Expected.Ok).Json.GetProperty("sent").GetInt32().Should().Be(6);
        (await StoredAsync(receiver)).Should().HaveCount(3);
        run.Json.GetProperty("events").EnumerateArray().Select(sent => sent.GetProperty("eventId").GetString()).Distinct().Should().HaveCount(3);
    }

    [Fact]
    public async Task Send_Tampered_IsRefusedEveryTime()
    {
        await using var receiver = await StartReceiverAsync();

        var run = await SendAsync(receiver, "--tamper", "--count", "5");

        run.ShouldEnd(Expected.Ok).Json.GetProperty("answers").GetProperty("403").GetInt32().Should().Be(5);
        (await StoredAsync(receiver)).Should().BeEmpty();
    }

    [Fact]
    public async Task Send_WithAStrangersKey_IsNotAnsweredAsItShouldBe()
    {
        await using var receiver = await RunningReceiver.StartAsync(_directory.File("inbox.db"));

        (await SendAsync(receiver)).ShouldEnd(Expected.Failed);
    }

    [Fact]
    public async Task Send_AtARate_TakesItsTime()
    {
        await using var receiver = await StartReceiverAsync();

        var run = await SendAsync(receiver, "--count", "41", "--rate", "20");

        run.ShouldEnd(Expected.Ok).Json.GetProperty("perSecond").GetDouble().Should().BeLessThan(20.6);
        (await StoredAsync(receiver)).Should().HaveCount(41);
    }

    [Fact]
    public async Task Send_ExactBody_ArrivesToTheByte()
    {
        await using var recorder = await Recorder.StartAsync();
        var body = "{\"anything\": [1,  2]}\n";
        await File.WriteAllTextAsync(_directory.File("body"), body, TestContext.Current.CancellationToken);

        var run = await ToolRun.ToolAsync(
            "send", "--to", recorder.Address.AbsoluteUri, "--key", await KeyFileAsync(), "--body", _directory.File("body"), "--header", "X-Other");

        run.ShouldEnd(Expected.Ok);
        var request = recorder.Requests.Should().ContainSingle().Subject;
        request.Text.Should().Be(body);
        _key.VerifyData(request.Body, Convert.FromBase64String(request.Headers["X-Other"]), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .Should().BeTrue();
    }

    [Fact]
    public async Task Send_EncryptedKey_TakesThePassphraseFromTheEnvironment()
    {
        await using var receiver = await StartReceiverAsync();
        var pem = _key.ExportEncryptedPkcs8PrivateKeyPem("a passphrase", new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000));
        await File.WriteAllTextAsync(_directory.File("encrypted.pem"), pem, TestContext.Current.CancellationToken);
        string[] command = ["send", "--to", receiver.WebhookUrl, "--key", _directory.File("encrypted.pem"), "--node", "node-a"];

        var with = await ToolRun.ToolAsync(command, new() { ["THUNDERSTACK_KEY_PASSPHRASE"] = "a passphrase" });
        var wrong = await ToolRun.ToolAsync(command, new() { ["THUNDERSTACK_KEY_PASSPHRASE"] = "another" });
        var without = await ToolRun.ToolAsync(command);

        with.ShouldEnd(Expected.Ok);
        wrong.ShouldEnd(Expected.Usage).Error.Should().NotContain("another");
        without.ShouldEnd(Expected.Usage).Error.Should().Contain("THUNDERSTACK_KEY_PASSPHRASE");
    }

    [Fact]
    public async Task Send_ThroughTheEmulator_IsSignedByItsCloud()
    {
        await using var emulator = await RunningEmulator.StartAsync();
        await using var receiver = await RunningReceiver.StartAsync(
            _directory.File("inbox.db"), ("PublicKey:Pinned:0", null), ("Cloud:BaseAddress", emulator.Url));

        var run = await ToolRun.ToolAsync(
            "send", "--emulator", emulator.Url, "--to", receiver.WebhookUrl, "--node", "node-a", "--status", "PAUSED", "--duplicate", "-o", "json");

        run.ShouldEnd(Expected.Ok).Json.GetProperty("answers").GetProperty("200").GetInt32().Should().Be(2);
        (await StoredAsync(receiver)).Should().ContainSingle().Which.Status.Should().Be(new Events.NodeStatus("PAUSED"));
    }

    [Fact]
    public async Task Send_TamperedByTheEmulator_IsRefused()
    {
        await using var emulator = await RunningEmulator.StartAsync();
        await using var receiver = await RunningReceiver.StartAsync(
            _directory.File("inbox.db"), ("PublicKey:Pinned:0", null), ("Cloud:BaseAddress", emulator.Url));

        var run = await ToolRun.ToolAsync("send", "--emulator", emulator.Url, "--to", receiver.WebhookUrl, "--node", "node-a", "--tamper", "-o", "json");

        run.ShouldEnd(Expected.Ok).Json.GetProperty("events")[0].GetProperty("kind").GetString().Should().Be("tampered");
        (await StoredAsync(receiver)).Should().BeEmpty();
    }

    [Fact]
    public async Task Send_NobodyListens_IsUnavailable()
    {
        var run = await ToolRun.ToolAsync("send", "--to", PublicKeyServer.DeadAddress(), "--key", await KeyFileAsync());

        run.ShouldEnd(Expected.Unavailable).Out.Should().Contain("nothing listens there");
    }

    [Theory]
    [InlineData("--to", "http://localhost:1")]
    [InlineData("--emulator", "http://localhost:1", "--body", "b")]
    [InlineData("--to", "ftp://localhost", "--key", "k")]
    [InlineData("--to", "http://localhost:1", "--key", "k", "--count", "0")]
    public async Task Send_CommandLineThatMakesNoSense_IsUsage(params string[] options)
    {
        var run = await ToolRun.ToolAsync(["send", .. options]);

        run.ShouldEnd(Expected.Usage).Error.Should().Contain("thunderstack send --help");
    }

    private static async Task<IReadOnlyList<InboxEntry>> StoredAsync(RunningReceiver receiver) =>
        await receiver.Inbox.ListAsync(new EventFilter { Source = Events.EventSource.Webhook }, TestContext.Current.CancellationToken);

    private Task<RunningReceiver> StartReceiverAsync() =>
        RunningReceiver.StartAsync(_directory.File("inbox.db"), ("PublicKey:Pinned:0", _key.ExportSubjectPublicKeyInfoPem()));

    private async Task<ToolRun> SendAsync(RunningReceiver receiver, params string[] more) => await ToolRun.ToolAsync(
        ["send", "--to", receiver.WebhookUrl, "--key", await KeyFileAsync(), "--node", "node-a", "-o", "json", .. more]);

    private async Task<string> KeyFileAsync()
    {
        await File.WriteAllTextAsync(_directory.File("key.pem"), _key.ExportRSAPrivateKeyPem(), TestContext.Current.CancellationToken);
        return _directory.File("key.pem");
    }
}
