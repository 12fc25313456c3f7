using System.Security.Cryptography;
using Microsoft.Extensions.Configuration;
using ThunderStack.Webhooks.Cli.Tests.Running;
using ThunderStack.Webhooks.Testing;
using ThunderStack.Webhooks.Testing.Keys;

namespace ThunderStack.Webhooks.Cli.Tests.Key;

public sealed class KeyTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Show_TheClouds_HasFingerprintSizeAndSource()
    {
        await using var cloud = await PublicKeyServer.StartAsync(TestKey.Default);

        var run = await ToolRun.ToolAsync("key", "show", "--cloud", cloud.BaseAddress, "--output", "json");

        run.ShouldEnd(Expected.Ok);
        run.Json.GetProperty("fingerprint").GetString().Should().Be(Inbox.TestInbox.Key.Fingerprint.Value);
        run.Json.GetProperty("sizeInBits").GetInt32().Should().Be(2048);
        run.Json.GetProperty("source").GetString().Should().Be($"{cloud.BaseAddress}/api/webhook-public-key");
        run.Json.GetProperty("publicKey").GetString().Should().Be(TestKey.Default.PublicKeyPem);
    }

    [Fact]
    public async Task Show_TokenRefused_SaysWhatToDo_AndNeverShowsIt()
    {
        await using var cloud = await PublicKeyServer.StartAsync(TestKey.Default);
        cloud.ServeStatus(401);

        var run = await ToolRun.ToolAsync(
            ["key", "show", "--cloud", cloud.BaseAddress], new() { ["THUNDERSTACK_API_TOKEN"] = "secret-token" });

        run.ShouldEnd(Expected.Unavailable);
        run.Error.Should().Contain("401").And.Contain("THUNDERSTACK_API_TOKEN").And.NotContain("secret-token");
        run.Out.Should().BeEmpty();
    }

    [Fact]
    public async Task Show_TokenWantedOnATerminal_AsksForItWithoutShowingIt()
    {
        await using var emulator = await RunningEmulator.StartAsync(("ApiToken", "typed-token"));

        var run = await ToolRun.OnTerminalAsync(["key", "show", "--cloud", emulator.Url], question: "API token of the cloud: ", typed: "typed-token\r");

        run.ShouldEnd(Expected.Ok).Out.Should().Contain("API token").And.Contain("fingerprint").And.NotContain("typed-token");
    }

    [Fact]
    public async Task Show_NothingListens_IsUnavailable()
    {
        var run = await ToolRun.ToolAsync("key", "show", "--cloud", PublicKeyServer.DeadAddress(), "-o", "json");

        run.ShouldEnd(Expected.Unavailable).Out.Should().BeEmpty();
        run.Error.Should().StartWith("{\"error\":").And.Contain("\"exitCode\":3").And.Contain("--cloud");
    }

    [Fact]
    public async Task Pin_FromAFile_IsWhatAReceiverReads()
    {
        await File.WriteAllTextAsync(_directory.File("key.pem"), TestKey.Default.PublicKeyPem, TestContext.Current.CancellationToken);

        var run = await ToolRun.ToolAsync("key", "pin", "--key", _directory.File("key.pem"));

        run.ShouldEnd(Expected.Ok).Error.Should().Contain(Inbox.TestInbox.Key.Fingerprint.Value);
        await File.WriteAllTextAsync(_directory.File("appsettings.json"), run.Out, TestContext.Current.CancellationToken);
        var settings = new ConfigurationBuilder().AddJsonFile(_directory.File("appsettings.json")).Build();
        settings["ThunderStack:PublicKey:Pinned:0"].Should().Be(TestKey.Default.PublicKeyPem);
    }

    [Fact]
    public async Task Show_PrivateKey_IsRefusedAndNotRepeated()
    {
        using var rsa = RSA.Create(2048);
        await File.WriteAllTextAsync(_directory.File("private.pem"), rsa.ExportPkcs8PrivateKeyPem(), TestContext.Current.CancellationToken);

        var run = await ToolRun.ToolAsync("key", "show", "--key", _directory.File("private.pem"));

        run.ShouldEnd(Expected.Usage);
        run.Error.Should().Contain("private key").And.NotContain("BEGIN");
    }
}
