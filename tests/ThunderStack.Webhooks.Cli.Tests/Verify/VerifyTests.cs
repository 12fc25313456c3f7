using System.Security.Cryptography;
using System.Text;
using ThunderStack.Webhooks.Cli.Tests.Running;
using ThunderStack.Webhooks.Testing;
using ThunderStack.Webhooks.Testing.Keys;

namespace ThunderStack.Webhooks.Cli.Tests.Verify;

public sealed class VerifyTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Verify_WhatOpensslSigned_PassesEveryCheck()
    {
        await OpensslAsync("genrsa", "-out", _directory.File("k.pem"), "2048");
        await OpensslAsync("rsa", "-in", _directory.File("k.pem"), "-pubout", "-out", _directory.File("p.pem"));
        await File.WriteAllBytesAsync(_directory.File("body"), SignedDelivery.Valid().Body, Token);
        await OpensslAsync("dgst", "-sha256", "-sign", _directory.File("k.pem"), "-out", _directory.File("sig"), _directory.File("body"));
        var signature = Convert.ToBase64String(await File.ReadAllBytesAsync(_directory.File("sig"), Token));

        var run = await ToolRun.ToolAsync(
            "verify", "--body", _directory.File("body"), "--signature", signature, "--key", _directory.File("p.pem"), "--node", "node-a", "-o", "json");

        run.ShouldEnd(Expected.Ok);
        run.Json.GetProperty("verdict").GetString().Should().Be("authentic");
        run.Json.GetProperty("accepted").GetBoolean().Should().BeTrue();
        run.Json.GetProperty("checks").EnumerateArray().Select(check => $"{check.GetProperty("name")} {check.GetProperty("result")}").Should().Equal(
            "header passed", "key passed", "length passed", "signature passed", "utf8 passed", "json passed", "contract passed", "node passed");
        run.Json.GetProperty("event").GetProperty("nodeId").GetString().Should().Be("node-a");
        run.Json.GetProperty("event").GetProperty("eventId").GetString().Should().HaveLength(64);
    }

    public static TheoryData<string, string, string> Spoiled => new()
    {
        { "header", "not base64!", "forged" },
        { "length", Convert.ToBase64String(new byte[128]), "forged" },
        { "signature", Convert.ToBase64String(new byte[256]), "forged" },
    };

    [Theory]
    [MemberData(nameof(Spoiled))]
    public async Task Verify_SpoiledSignature_SaysWhichCheckFails(string check, string signature, string verdict)
    {
        var run = await VerifyAsync(SignedDelivery.Valid().WithSignature(signature));

        run.ShouldEnd(Expected.Failed);
        FailedIn(run).Should().Equal(check);
        run.Json.GetProperty("verdict").GetString().Should().Be(verdict);
    }

    public static TheoryData<string, byte[]> Bodies => new()
    {
        { "utf8", [0x7B, 0xFF, 0x7D] },
        { "json", "{\"nodeId\":\"a\",\"nodeId\":\"a\"}"u8.ToArray() },
        { "json", "[]"u8.ToArray() },
        { "contract", "{\"eventType\":\"NODE_STATUS_UPDATED\",\"nodeId\":\"node-a\"}"u8.ToArray() },
        { "node", """{"eventType":"NODE_STATUS_UPDATED","eventTimestamp":"2024-11-06T12:00:00Z","details":{"nodeId":"b","status":"RUNNING"},"nodeId":"a"}"""u8.ToArray() },
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task Verify_AuthenticButNotTheContract_SaysWhichCheckFails(string check, byte[] body)
    {
        var run = await VerifyAsync(SignedDelivery.Valid().WithBody(body));

        run.ShouldEnd(Expected.Failed);
        FailedIn(run).Should().Equal(check);
        run.Json.GetProperty("verdict").GetString().Should().Be("authentic");
        run.Json.GetProperty("accepted").GetBoolean().Should().BeFalse();
    }

    [Fact]
    public async Task Verify_ForAnotherNode_FailsTheNode()
    {
        var run = await VerifyAsync(SignedDelivery.Valid(), "--node", "node-b");

        run.ShouldEnd(Expected.Failed);
        FailedIn(run).Should().Equal("node");
    }

    [Fact]
    public async Task Verify_BodyWithALineBreakAdded_FindsTheOneThatWasSigned()
    {
        var delivery = SignedDelivery.Valid();

        var run = await VerifyAsync(delivery, [.. delivery.Body, (byte)'\n']);

        run.ShouldEnd(Expected.Failed);
        run.Json.GetProperty("hint").GetString().Should().Contain("without the line break at its end");
    }

    [Fact]
    public async Task Verify_BodyThatWasParsedAndWrittenAgain_SaysSo()
    {
        var delivery = SignedDelivery.Valid();
        var pretty = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(delivery.Body).Replace(",", ",\n  ", StringComparison.Ordinal));

        var run = await VerifyAsync(delivery, pretty);

        run.ShouldEnd(Expected.Failed);
        run.Json.GetProperty("hint").GetString().Should().Contain("parsed and written again");
    }

    [Fact]
    public async Task Verify_KeyThatThePolicyRefuses_FailsTheKey()
    {
        using var weak = RSA.Create(1024);
        await File.WriteAllTextAsync(_directory.File("weak.pem"), weak.ExportSubjectPublicKeyInfoPem(), Token);

        var run = await VerifyAsync(SignedDelivery.Valid(), "--key", _directory.File("weak.pem"));

        run.ShouldEnd(Expected.Failed);
        FailedIn(run).Should().Equal("key");
        run.Out.Should().Contain("1024 bits");
    }

    [Fact]
    public async Task Verify_WithoutKey_CannotTell()
    {
        var delivery = SignedDelivery.Valid();
        await File.WriteAllBytesAsync(_directory.File("body"), delivery.Body, Token);

        var run = await ToolRun.ToolAsync("verify", "--body", _directory.File("body"), "--signature", delivery.Signature!, "-o", "json");

        run.ShouldEnd(Expected.Failed).Json.GetProperty("verdict").GetString().Should().Be("undecided");
    }

    [Fact]
    public async Task Verify_FromCloud_ReadsTheBodyFromStandardInput()
    {
        await using var cloud = await PublicKeyServer.StartAsync(TestKey.Default);
        var delivery = SignedDelivery.Valid();

        var run = await ToolRun.ToolAsync(
            ["verify", "--body", "-", "--signature", delivery.Signature!, "--from-cloud", "--cloud", cloud.BaseAddress],
            new() { ["THUNDERSTACK_API_TOKEN"] = "the-token" },
            Encoding.UTF8.GetString(delivery.Body));

        run.ShouldEnd(Expected.Ok).Out.Should().Contain("authentic").And.NotContain("\e[");
        cloud.Requests.Should().ContainSingle().Which.Authorization.Should().Be("Bearer the-token");
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static IEnumerable<string?> FailedIn(ToolRun run) => run.Json.GetProperty("checks").EnumerateArray()
        .Where(check => check.GetProperty("result").GetString() == "failed").Select(check => check.GetProperty("name").GetString());

    private static async Task OpensslAsync(params string[] arguments) => (await ToolRun.ProgramAsync("openssl", arguments)).ShouldEnd(Expected.Ok);

    private Task<ToolRun> VerifyAsync(SignedDelivery delivery, params string[] more) => VerifyAsync(delivery, delivery.Body, more);

    private async Task<ToolRun> VerifyAsync(SignedDelivery delivery, byte[] body, params string[] more)
    {
        await File.WriteAllBytesAsync(_directory.File("body"), body, Token);
        await File.WriteAllTextAsync(_directory.File("key.pem"), TestKey.Default.PublicKeyPem, Token);
        IEnumerable<string> key = more.Contains("--key") ? [] : ["--key", _directory.File("key.pem")];
        return await ToolRun.ToolAsync(
            ["verify", "--body", _directory.File("body"), "--signature", delivery.Signature!, "-o", "json", .. key, .. more]);
    }
}
