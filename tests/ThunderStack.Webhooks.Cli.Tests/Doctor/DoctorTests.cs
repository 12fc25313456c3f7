using ThunderStack.Webhooks.Cli.Tests.Running;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Testing;
using ThunderStack.Webhooks.Testing.Keys;

namespace ThunderStack.Webhooks.Cli.Tests.Doctor;

public sealed class DoctorTests(ClinicServers servers) : IClassFixture<ClinicServers>
{
    [Fact]
    public async Task Doctor_AllWell_FindsNothing_AndLetsNothingIn()
    {
        using var clinic = await Clinic.OpenAsync(servers);

        var run = await clinic.ExamineAsync("--url", clinic.Url);

        run.ShouldEnd(Expected.Ok).Json.GetProperty("healthy").GetBoolean().Should().BeTrue();
        Results(run).Should().Equal(
            "configuration passed", "key passed", "token passed", "clock passed", "nodes passed", "webhook url passed", "certificate skipped", "forged event passed");
        (await clinic.Receiver.Inbox.ListAsync(new EventFilter { Source = Events.EventSource.Webhook }, TestContext.Current.CancellationToken)).Should().BeEmpty();
        run.Out.Should().NotContain("the-token");
    }

    [Fact]
    public async Task Doctor_UrlInTheSettings_IsTheOneThatIsCompared()
    {
        using var clinic = await Clinic.OpenAsync(servers);
        clinic.Settings["Webhook"] = new { PublicUrl = clinic.Url };

        var run = await clinic.ExamineAsync();

        Results(run.ShouldEnd(Expected.Ok)).Should().Contain(["webhook url passed", "forged event passed"]);
    }

    [Fact]
    public async Task Doctor_WithoutUrl_TakesTheOneTheNodesAgreeOn()
    {
        using var clinic = await Clinic.OpenAsync(servers);

        var run = await clinic.ExamineAsync();

        run.ShouldEnd(Expected.Ok).Json.GetProperty("url").GetString().Should().Be(clinic.Url);
        Results(run).Should().Contain(["webhook url skipped", "forged event passed"]);
    }

    [Fact]
    public async Task Doctor_DriftedUrl_IsFoundAndMendedByTheCommandItNames()
    {
        using var clinic = await Clinic.OpenAsync(servers);
        await clinic.SetUrlAsync("node-a", "https://old.example.com/webhooks/thunderstack");

        var ill = await clinic.ExamineAsync("--url", clinic.Url);

        ill.ShouldEnd(Expected.Failed);
        Failure(ill, "webhook url").Should().Contain("https://old.example.com").And.Contain($"thunderstack webhook set node-a {clinic.Url}");
        var remedy = ill.Json.GetProperty("findings").EnumerateArray().Single(f => f.GetProperty("result").GetString() == "failed").GetProperty("remedy").GetString()!;
        (await ToolRun.ToolAsync([.. remedy.Split(' ')[1..], "--cloud", clinic.Cloud.Url], new() { ["THUNDERSTACK_API_TOKEN"] = "the-token" })).ShouldEnd(Expected.Ok);
        (await clinic.ExamineAsync("--url", clinic.Url)).ShouldEnd(Expected.Ok);
    }

    [Fact]
    public async Task Doctor_SettingsThatNoReceiverStartsWith_TellsEveryProblem()
    {
        using var clinic = await Clinic.OpenAsync(servers);
        clinic.Settings["Webhook"] = new { Path = "no-slash" };
        clinic.Settings["Dispatch"] = new { Concurrency = 0 };

        var run = await clinic.ExamineAsync("--url", clinic.Url);

        run.ShouldEnd(Expected.Failed);
        Results(run).Count(result => result == "configuration failed").Should().Be(2);
        Results(run).Should().Contain("forged event passed");
    }

    [Fact]
    public async Task Doctor_MisspelledKey_IsFound_AndNoKeyOfTheReceivers()
    {
        using var clinic = await Clinic.OpenAsync(servers);
        clinic.Settings["Inbox"] = new { Retension = "1.00:00:00", Synchronous = "Full", Schema = "other" };
        clinic.Settings["Proxy"] = new { Hops = 1 };

        var run = await clinic.ExamineAsync("--url", clinic.Url);

        Failure(run.ShouldEnd(Expected.Failed), "configuration").Should().Contain("ThunderStack:Inbox:Retension is not a setting");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Doctor_CloudOfTheCommandLineOrTheEnvironment_IsTheOneThatIsAsked(bool isOption)
    {
        using var clinic = await Clinic.OpenAsync(servers);
        clinic.Settings["Cloud"] = new { BaseAddress = PublicKeyServer.DeadAddress(), ApiToken = "the-token" };

        var run = isOption
            ? await clinic.ExamineAsync("--url", clinic.Url, "--cloud", clinic.Cloud.Url)
            : await clinic.ExamineWithAsync(new() { ["THUNDERSTACK_CLOUD"] = clinic.Cloud.Url }, "--url", clinic.Url);

        Results(run.ShouldEnd(Expected.Ok)).Should().Contain(["key passed", "token passed", "clock passed", "nodes passed"]);
    }

    [Fact]
    public async Task Doctor_RefusedToken_SaysSo_AndSkipsWhatNeedsIt()
    {
        using var clinic = await Clinic.OpenAsync(servers);
        clinic.Settings["Cloud"] = new { BaseAddress = clinic.Cloud.Url, ApiToken = "an-old-token" };

        var run = await clinic.ExamineAsync("--url", clinic.Url);

        run.ShouldEnd(Expected.Failed);
        Failure(run, "token").Should().Contain("401").And.Contain("ThunderStack__Cloud__ApiToken");
        Results(run).Should().Contain(["nodes skipped", "webhook url skipped", "forged event passed"]);
        run.Out.Should().NotContain("an-old-token");
    }

    [Fact]
    public async Task Doctor_NodeOfAnotherAccount_AndOneThatIsNotConfigured_AreTold()
    {
        using var clinic = await Clinic.OpenAsync(servers);
        clinic.Settings["Nodes"] = new object[] { new { NodeId = "node-a" }, new { NodeId = "node-z" } };
        await clinic.SetUrlAsync("node-b", clinic.Url);

        var run = await clinic.ExamineAsync("--url", clinic.Url);

        run.ShouldEnd(Expected.Failed);
        var told = run.Json.GetProperty("findings").EnumerateArray()
            .Where(f => f.GetProperty("check").GetString() == "nodes").Select(f => f.GetProperty("detail").GetString()).ToList();
        told.Should().HaveCount(2).And.Contain(detail => detail!.Contains("node-z")).And.Contain(detail => detail!.Contains("node-b"));
    }

    [Fact]
    public async Task Doctor_PinThatIsNotTheCloudsKey_IsFound()
    {
        using var clinic = await Clinic.OpenAsync(servers);
        clinic.Settings["PublicKey"] = new { Pinned = new[] { TestKey.Other.PublicKeyPem } };

        var run = await clinic.ExamineAsync("--url", clinic.Url);

        run.ShouldEnd(Expected.Failed);
        Failure(run, "key").Should().Contain("key pin");
    }

    [Fact]
    public async Task Doctor_CloudThatIsDown_StillChecksTheWayIn()
    {
        using var clinic = await Clinic.OpenAsync(servers);
        clinic.Settings["Cloud"] = new { BaseAddress = PublicKeyServer.DeadAddress() };

        var run = await clinic.ExamineAsync("--url", clinic.Url);

        run.ShouldEnd(Expected.Failed);
        Results(run).Should().Equal(
            "configuration passed", "key failed", "token failed", "clock skipped", "nodes skipped", "webhook url skipped", "certificate skipped", "forged event passed");
    }

    public static TheoryData<int, string?, string> Impostors => new()
    {
        { 200, null, "without looking at their signature" },
        { 301, null, "redirected" },
        { 401, null, "login" },
        { 403, null, "not this receiver's" },
        { 404, null, "not a receiver's" },
        { 404, """{"title":"Not Found","status":404,"message":"Not Found"}""", "another path" },
        { 502, null, "does not reach one" },
        { 503, """{"title":"Service Unavailable","status":503,"message":"Service Unavailable - Try Again Later"}""", "no key yet" },
    };

    [Theory]
    [MemberData(nameof(Impostors))]
    public async Task Doctor_SomethingElseAnswersTheForgedEvent_SaysWhat(int status, string? problem, string told)
    {
        using var clinic = await Clinic.OpenAsync(servers);
        await using var impostor = await Recorder.StartAsync();
        impostor.Answer = async (_, context) =>
        {
            context.Response.StatusCode = status;
            if (problem is not null)
            {
                context.Response.ContentType = "application/problem+json";
                await context.Response.Body.WriteAsync(System.Text.Encoding.UTF8.GetBytes(problem));
            }
        };

        var run = await clinic.ExamineAsync("--url", impostor.Address.AbsoluteUri);

        run.ShouldEnd(Expected.Failed);
        Failure(run, "forged event").Should().Contain(told);
    }

    [Fact]
    public async Task Doctor_NothingListensAtTheUrl_SaysSo()
    {
        using var clinic = await Clinic.OpenAsync(servers);

        var run = await clinic.ExamineAsync("--url", PublicKeyServer.DeadAddress());

        Failure(run.ShouldEnd(Expected.Failed), "forged event").Should().Contain("nothing listens there");
    }

    [Fact]
    public async Task Doctor_WrongClock_IsFound()
    {
        using var clinic = await Clinic.OpenAsync(servers);
        await using var cloud = await Recorder.StartAsync();
        cloud.Answer = (_, context) =>
        {
            context.Response.Headers.Date = TimeProvider.System.GetUtcNow().AddMinutes(5).ToString("R");
            return Task.CompletedTask;
        };
        clinic.Settings["Cloud"] = new { BaseAddress = new Uri(cloud.Address, "/").AbsoluteUri };

        Failure((await clinic.ExamineAsync("--url", clinic.Url)).ShouldEnd(Expected.Failed), "clock").Should().Contain("behind");
    }

    private static IEnumerable<string> Results(ToolRun run) =>
        run.Json.GetProperty("findings").EnumerateArray().Select(finding => $"{finding.GetProperty("check")} {finding.GetProperty("result")}");

    private static string Failure(ToolRun run, string check)
    {
        var finding = run.Json.GetProperty("findings").EnumerateArray()
            .Should().ContainSingle(f => f.GetProperty("check").GetString() == check && f.GetProperty("result").GetString() == "failed").Subject;
        return $"{finding.GetProperty("detail")} {finding.GetProperty("remedy")}";
    }
}
