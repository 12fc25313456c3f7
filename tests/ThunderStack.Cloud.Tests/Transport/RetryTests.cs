using System.Net;
using Microsoft.AspNetCore.Http;
using ThunderStack.Cloud.Nodes;

namespace ThunderStack.Cloud.Tests.Transport;

/// <summary>What is asked again, and when; and what never is.</summary>
public sealed class RetryTests
{
    private static readonly TimeSpan AttemptTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(30);

    private static CancellationToken None => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(429)]
    [InlineData(408)]
    public async Task A_failure_that_may_pass_is_asked_again(int status)
    {
        await using var cloud = await CannedCloud.StartAsync();
        cloud.Answer = (n, context) => n < 3 ? Status(context, status) : CannedCloud.WriteAsync(context, """{"nodes":[]}""");

        var listing = cloud.Client.Nodes.ListAsync(None);
        await PassWaitAsync(cloud, 1);
        await PassWaitAsync(cloud, 2);

        (await listing).Should().BeEmpty();
        cloud.Requests.Should().HaveCount(3);
    }

    [Fact]
    public async Task A_cut_line_is_asked_again_and_the_third_failure_is_told()
    {
        await using var cloud = await CannedCloud.StartAsync();
        cloud.Answer = (_, context) =>
        {
            context.Abort();
            return Task.CompletedTask;
        };

        var failing = CannedCloud.FailAsync(() => cloud.Client.Nodes.GetAsync("n-1", None));
        await PassWaitAsync(cloud, 1);
        await PassWaitAsync(cloud, 2);

        (await failing).Message.Should().Contain("cut before the answer was complete");
        cloud.Requests.Should().HaveCount(3);
    }

    [Fact]
    public async Task A_hang_is_given_up_after_10_seconds_and_asked_again()
    {
        await using var cloud = await CannedCloud.StartAsync();
        cloud.Answer = (n, context) => n == 1
            ? CannedCloud.HangAsync(context)
            : CannedCloud.WriteAsync(context, """{"nodes":[]}""");

        var listing = cloud.Client.Nodes.ListAsync(None);
        await cloud.WaitForRequestAsync();
        cloud.Clock.Advance(AttemptTimeout);
        await PassWaitAsync(cloud, 1);

        (await listing).Should().BeEmpty();
        cloud.Requests.Should().HaveCount(2);
    }

    [Fact]
    public async Task Retry_After_is_waited_for()
    {
        await using var cloud = await CannedCloud.StartAsync();
        cloud.Answer = (n, context) => n == 1 ? Status(context, 429, retryAfter: "7") : CannedCloud.WriteAsync(context, """{"nodes":[]}""");

        var listing = cloud.Client.Nodes.ListAsync(None);
        (await PassWaitAsync(cloud, 1)).Should().Be(TimeSpan.FromSeconds(7));

        (await listing).Should().BeEmpty();
    }

    [Fact]
    public async Task A_long_Retry_After_is_the_callers_to_wait_for()
    {
        await using var cloud = await CannedCloud.StartAsync();
        cloud.Answer = (_, context) => Status(context, 429, retryAfter: "120");

        var failure = await CannedCloud.FailAsync(() => cloud.Client.Nodes.ListAsync(None));

        failure.StatusCode.Should().Be(HttpStatusCode.TooManyRequests);
        failure.RetryAfter.Should().Be(TimeSpan.FromSeconds(120));
        failure.Message.Should().Contain("429: the cloud wants fewer requests");
        cloud.Requests.Should().ContainSingle();
    }

    public static TheoryData<string> AskedOnce => ["create", "destroy", "start", "stop", "upgrade", "logs", "certificate", "key"];

    [Theory]
    [MemberData(nameof(AskedOnce))]
    public async Task What_is_not_safe_to_repeat_is_asked_once(string what)
    {
        await using var cloud = await CannedCloud.StartAsync();
        cloud.Answer = (_, context) => Status(context, 503, retryAfter: "1");
        var nodes = cloud.Client.Nodes;

        await CannedCloud.FailAsync(() => what switch
        {
            "create" => nodes.CreateAsync(new NewCloudNode { Name = "a", Network = CloudNetwork.Regtest }, None),
            "destroy" => nodes.DestroyAsync("n-1", None),
            "start" => nodes.StartAsync("n-1", None),
            "stop" => nodes.StopAsync("n-1", None),
            "upgrade" => nodes.UpgradeAsync("n-1", None),
            "logs" => nodes.RequestLogsAsync("n-1", None),
            "certificate" => nodes.GenerateCertificateAsync("n-1", None),
            _ => cloud.Client.GetWebhookPublicKeyAsync(None),
        });

        cloud.Requests.Should().ContainSingle();
    }

    [Fact]
    public async Task The_same_settings_are_safe_to_set_again()
    {
        await using var cloud = await CannedCloud.StartAsync();
        cloud.Answer = (n, context) => n == 1 ? Status(context, 500) : CannedCloud.WriteAsync(context, """{"message":"Settings updated"}""");

        var setting = cloud.Client.Nodes.SetWebhookUrlAsync("n-1", new Uri("https://hook.example/a"), None);
        await PassWaitAsync(cloud, 1);

        (await setting).Should().Be("Settings updated");
        cloud.Requests.Should().HaveCount(2).And.OnlyContain(request =>
            request.What == "POST /api/nodes/n-1/settings" && request.Body == """{"settings":{"webhookUrl":"https://hook.example/a"}}""");
    }

    private static Task Status(HttpContext context, int status, string? retryAfter = null)
    {
        context.Response.StatusCode = status;
        context.Response.Headers.RetryAfter = retryAfter;
        return Task.CompletedTask;
    }

    /// <summary>Lets the nth wait between two attempts pass, once it was begun.</summary>
    private static async Task<TimeSpan> PassWaitAsync(CannedCloud cloud, int n)
    {
        var wait = await cloud.Clock.UntilBegunAsync(n, wait => wait != AttemptTimeout && wait != CallTimeout && wait != TimeSpan.FromSeconds(2));
        cloud.Clock.Advance(wait);
        return wait;
    }
}
