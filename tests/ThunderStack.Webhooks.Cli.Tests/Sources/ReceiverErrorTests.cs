using System.Text;
using Microsoft.AspNetCore.Http;
using ThunderStack.Webhooks.Cli.Tests.Running;
using ThunderStack.Webhooks.Testing;
using ThunderStack.Webhooks.Testing.Keys;

namespace ThunderStack.Webhooks.Cli.Tests.Sources;

/// <summary>Whatever is at the address: the tool ends, and says what to do.</summary>
public sealed class ReceiverErrorTests(ManagedReceiver receiver) : IClassFixture<ManagedReceiver>
{
    private static readonly Dictionary<string, string> Key = new() { ["THUNDERSTACK_API_KEY"] = ManagedReceiver.OperateKey };

    [Fact]
    public async Task Key_WrongOrMissing_IsToldApart_AndNeverShown()
    {
        const string Wrong = "a-wrong-key-of-more-than-32-characters";

        (await receiver.AskWithAsync(Wrong, "handlers", "list")).ShouldEnd(Expected.Unavailable).Error.Should().Contain("does not know this key").And.NotContain(Wrong);
        (await ToolRun.ToolAsync("handlers", "list", "--receiver", receiver.Url)).ShouldEnd(Expected.Unavailable).Error.Should().Contain("THUNDERSTACK_API_KEY").And.Contain("--api-key-file");
    }

    [Fact]
    public async Task Key_FromAFile_IsRead_AndAFileWithoutOneIsUsage()
    {
        using var directory = new TemporaryDirectory();
        var file = directory.File("key");
        await File.WriteAllTextAsync(file, ManagedReceiver.OperateKey + "\n", TestContext.Current.CancellationToken);
        string[] line = ["handlers", "list", "--receiver", receiver.Url, "--api-key-file"];

        (await ToolRun.ToolAsync([.. line, file])).ShouldEnd(Expected.Ok);

        await File.WriteAllTextAsync(file, "two\nlines", TestContext.Current.CancellationToken);
        (await ToolRun.ToolAsync([.. line, file])).ShouldEnd(Expected.Usage).Error.Should().Contain("holds no API key").And.NotContain("two");
        (await ToolRun.ToolAsync([.. line, directory.File("none")])).ShouldEnd(Expected.NotFound);
        (await ToolRun.ToolAsync("handlers", "list", "--api-key-file", file)).ShouldEnd(Expected.Usage).Error.Should().Contain("--receiver");
    }

    [Fact]
    public async Task Address_WithTheApisPath_IsTheSame_AndThatOfTheWebhooksIsNot()
    {
        (await ToolRun.ToolAsync(["handlers", "list", "--receiver", receiver.Url + "/api/v1/"], Key)).ShouldEnd(Expected.Ok);

        (await ToolRun.ToolAsync(["handlers", "list", "--receiver", new Uri(receiver.WebhookUrl).GetLeftPart(UriPartial.Authority)], Key))
            .ShouldEnd(Expected.Unavailable).Error.Should().Contain("8081").And.Contain("Management:ApiKeys");
    }

    [Theory]
    [InlineData("ftp://x")]
    [InlineData("127.0.0.1:8081")]
    [InlineData("http://ops:secret@127.0.0.1:8081")]
    [InlineData("http://127.0.0.1:8081/?key=1")]
    public async Task Address_ThatIsNone_IsUsage(string address) =>
        (await ToolRun.ToolAsync("status", "--receiver", address)).ShouldEnd(Expected.Usage).Error.Should().Contain("http://127.0.0.1:8081").And.NotContain("ops:secret");

    [Fact]
    public async Task TwoSources_OrACommandThatHasOne_IsUsage()
    {
        (await ToolRun.ToolAsync("status", "--receiver", receiver.Url, "--inbox", "inbox.db")).ShouldEnd(Expected.Usage).Error.Should().Contain("write one of them");
        (await ToolRun.ToolAsync("watch")).ShouldEnd(Expected.Usage).Error.Should().Contain("--receiver");
        (await ToolRun.ToolAsync("inbox", "move", "--receiver", receiver.Url, "--to", "Host=db")).ShouldEnd(Expected.Usage).Error.Should().Contain("works on databases");
        (await ToolRun.ToolAsync("inbox", "verify", "--receiver", receiver.Url, "--archive", "a")).ShouldEnd(Expected.Usage);
    }

    [Fact]
    public async Task NobodyThere_OrNoTls_IsUnavailable()
    {
        (await ToolRun.ToolAsync(["status", "--receiver", PublicKeyServer.DeadAddress()], Key)).ShouldEnd(Expected.Unavailable).Error.Should().Contain("nothing listens there");
        (await ToolRun.ToolAsync(["status", "--receiver", receiver.Url.Replace("http:", "https:", StringComparison.Ordinal)], Key)).ShouldEnd(Expected.Unavailable);
    }

    public static TheoryData<int, string?, string, string> Strangers => new()
    {
        { 200, "text/html", "<html>hello", "sends text/html" },
        { 200, "application/json", "[1]", "cannot be read" },
        { 200, "application/json", """{"items":"none"}""", "cannot be read" },
        { 200, "application/json", "null", "cannot be read" },
        { 301, null, "", "sends elsewhere" },
        { 401, null, "", "does not know this key" },
        { 404, null, "", "8081" },
        { 421, "application/problem+json", """{"detail":"no"}""", "Management:PublicUrl" },
        { 429, "application/problem+json", """{"detail":"Try in a minute."}""", "Try in a minute." },
        { 502, "text/html", "<html>", "at the moment (502)" },
        { 503, "application/problem+json", """{"detail":"The inbox\u202e cannot be asked."}""", @"The inbox\u202e cannot be asked." },
        { 503, "application/problem+json", "garbage", "at the moment (503)" },
    };

    [Theory]
    [MemberData(nameof(Strangers))]
    public async Task SomethingElseAnswers_SaysWhat(int status, string? type, string body, string told)
    {
        await using var stranger = await Recorder.StartAsync();
        stranger.Answer = (_, context) =>
        {
            context.Response.StatusCode = status;
            context.Response.ContentType = type;
            context.Response.Headers.Location = status == 301 ? "https://elsewhere.example.com/x" : default;
            return context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(body)).AsTask();
        };

        var run = await ToolRun.ToolAsync(["handlers", "list", "--receiver", stranger.Address.AbsoluteUri], Key);

        run.ShouldEnd(Expected.Unavailable).Error.Should().Contain(told).And.NotContain("\u202e").And.NotContain("fault of this tool");
        stranger.Requests.Should().ContainSingle().Which.Path.Should().Be("/hook/api/v1/handlers");
    }

    [Fact]
    public async Task AnswerWithoutAnEnd_IsCutOff()
    {
        await using var endless = await Recorder.StartAsync();
        endless.Answer = async (_, context) =>
        {
            context.Response.ContentType = "application/json";
            var block = new byte[256 * 1024];
            while (!context.RequestAborted.IsCancellationRequested)
            {
                await context.Response.Body.WriteAsync(block, context.RequestAborted);
            }
        };

        (await ToolRun.ToolAsync(["handlers", "list", "--receiver", endless.Address.AbsoluteUri], Key))
            .ShouldEnd(Expected.Unavailable).Error.Should().Contain("longer than 16 MiB");
    }

    [Fact]
    public async Task ArchiveLineWithoutAnEnd_OrGarbage_IsCutOff_AndLeavesNoFile()
    {
        using var directory = new TemporaryDirectory();
        await using var endless = await Recorder.StartAsync();
        var isGarbage = false;
        endless.Answer = async (_, context) =>
        {
            if (context.Request.Path.Value!.EndsWith("overview", StringComparison.Ordinal))
            {
                context.Response.ContentType = "application/json";
                await context.Response.Body.WriteAsync("""{"version":"1","conditions":[],"nodes":[],"handlers":[],"key":{},"inbox":{"isHealthy":true,"estimatedEvents":1}}"""u8.ToArray());
                return;
            }

            context.Response.ContentType = "application/x-ndjson";
            if (isGarbage)
            {
                await context.Response.Body.WriteAsync("{\"event\":{\"eventId\":\"x\"}}\n"u8.ToArray());
                return;
            }

            var block = new byte[256 * 1024];
            block.AsSpan().Fill((byte)'a');
            while (!context.RequestAborted.IsCancellationRequested)
            {
                await context.Response.Body.WriteAsync(block, context.RequestAborted);
            }
        };
        string[] line = ["inbox", "export", "--receiver", endless.Address.AbsoluteUri, "--file", directory.File("archive.jsonl")];

        (await ToolRun.ToolAsync(line, Key)).ShouldEnd(Expected.Unavailable).Error.Should().Contain("longer than 8 MiB");
        isGarbage = true;
        (await ToolRun.ToolAsync(line, Key)).ShouldEnd(Expected.Unavailable).Error.Should().NotContain("fault of this tool");
        Directory.GetFiles(directory.Path).Should().BeEmpty();
    }

    [Fact]
    public async Task PagesWithoutAnEnd_AndAnswersThatNeverCome_AreGivenUp()
    {
        var clock = new CountedClock(TimeProvider.System.GetUtcNow());
        var isSilent = false;
        await using var slow = await Recorder.StartAsync();
        slow.Answer = async (_, context) =>
        {
            if (isSilent)
            {
                clock.Advance(TimeSpan.FromSeconds(41));
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
            }

            clock.Advance(TimeSpan.FromSeconds(20));
            context.Response.ContentType = "application/json";
            await context.Response.Body.WriteAsync("""{"items":[],"next":"again"}"""u8.ToArray());
        };
        string[] line = ["inbox", "list", "--receiver", slow.Address.AbsoluteUri];

        (await ToolRun.OnHostAsync(line, new TestHost(Key) { Clock = clock })).ShouldEnd(Expected.Unavailable).Error.Should().Contain("not complete after 120 s");
        isSilent = true;
        (await ToolRun.OnHostAsync(line, new TestHost(Key) { Clock = clock })).ShouldEnd(Expected.Unavailable).Error.Should().Contain("No answer within 40 s");
    }
}
