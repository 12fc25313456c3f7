using System.Net;
using Microsoft.AspNetCore.Http;
using ThunderStack.Cloud.Nodes;

namespace ThunderStack.Cloud.Tests.Transport;

/// <summary>A cloud that refuses, hangs, cuts the line or talks too much.</summary>
public sealed class FailureTests
{
    private static CancellationToken None => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(400, """{"message":"name is required"}""", "*400: the cloud did not accept that; check what was asked for. The cloud says: name is required")]
    [InlineData(400, """{"detail":"two\nlines\u0007"}""", "*The cloud says: two lines")]
    [InlineData(401, """{"message":"bad token secret-token-4711"}""", "*401: the cloud refused the API token; make a new one in the web UI and set ThunderStack:Cloud:ApiToken. The cloud says: bad token (the token)")]
    [InlineData(400, """{"message":"no\u2028such \u202eedon"}""", """*The cloud says: no\u2028such \u202eedon""")]
    [InlineData(404, """{"message":"Node not found"}""", "*404: the cloud knows no such node; check the node id*The cloud says: Node not found")]
    [InlineData(404, "not JSON", "*404: the cloud knows no such node*BaseAddress.")]
    [InlineData(404, """{"message":7}""", "*BaseAddress.")]
    [InlineData(302, "", "*302: redirects are not followed*")]
    public async Task A_refusal_says_what_to_do_and_what_the_cloud_said(int status, string content, string message)
    {
        await using var cloud = await CannedCloud.AnsweringAsync(content, status: status);

        var failure = await CannedCloud.FailAsync(() => cloud.Client.Nodes.StopAsync("n-1", None));

        failure.Message.Should().StartWith("POST /api/nodes/n-1/stop: ").And.Match(message);
        failure.StatusCode.Should().Be((HttpStatusCode)status);
        cloud.Requests.Should().ContainSingle();
    }

    [Fact]
    public async Task A_long_message_is_cut_and_an_endless_one_not_read()
    {
        await using var cloud = await CannedCloud.AnsweringAsync($$"""{"message":"{{new string('a', 5000)}}"}""", status: 400);
        (await CannedCloud.FailAsync(() => cloud.Client.Nodes.GetAsync("n-1", None))).ServerMessage.Should().Be(new string('a', 300) + "…");

        cloud.Answer = (_, context) => CannedCloud.WriteAsync(context, $$"""{"message":"{{new string('a', 50_000)}}"}""", status: 400);
        (await CannedCloud.FailAsync(() => cloud.Client.Nodes.GetAsync("n-1", None))).ServerMessage.Should().BeNull();
    }

    [Theory]
    [InlineData("text/html")]
    [InlineData("application/json")]
    [InlineData(null)]
    public async Task Ten_megabytes_of_HTML_are_an_error(string? contentType)
    {
        await using var cloud = await CannedCloud.AnsweringAsync("<!doctype html>" + new string('x', 10_000_000), contentType);

        (await CannedCloud.FailAsync(() => cloud.Client.Nodes.ListAsync(None))).Message.Should().Match(
            contentType == "text/html" ? "*HTML instead of JSON*" : "*more than 8192 KiB*");
    }

    [Fact]
    public async Task Five_megabytes_of_nodes_are_read()
    {
        var nodes = string.Join(',', Enumerable.Range(0, 5_000).Select(n => $$"""{"nodeId":"n-{{n}}","note":"{{new string('x', 1_000)}}"}"""));
        await using var cloud = await CannedCloud.AnsweringAsync($$"""{"nodes":[{{nodes}}]}""");

        (await cloud.Client.Nodes.ListAsync(None)).Should().HaveCount(5_000);
    }

    [Fact]
    public async Task A_line_that_is_cut_in_the_answer_is_an_error()
    {
        await using var cloud = await CannedCloud.StartAsync();
        cloud.Answer = async (_, context) =>
        {
            context.Response.ContentLength = 1000;
            await CannedCloud.WriteAsync(context, """{"mess""");
            await context.Response.Body.FlushAsync();
            context.Abort();
        };

        (await CannedCloud.FailAsync(() => cloud.Client.Nodes.StopAsync("n-1", None))).Message.Should().Contain("cut");
    }

    [Fact]
    public async Task A_creation_whose_answer_is_lost_is_asked_once_and_says_that_it_may_have_happened()
    {
        await using var cloud = await CannedCloud.StartAsync();
        cloud.Answer = (_, context) =>
        {
            context.Abort();
            return Task.CompletedTask;
        };

        var failure = await CannedCloud.FailAsync(() =>
            cloud.Client.Nodes.CreateAsync(new NewCloudNode { Name = "a", Network = CloudNetwork.Regtest }, None));

        failure.Message.Should().Contain("may have been done: look before you ask again");
        cloud.Requests.Should().ContainSingle();
    }

    [Fact]
    public async Task A_creation_that_hangs_ends_after_30_seconds()
    {
        await using var cloud = await CannedCloud.StartAsync();
        cloud.Answer = (_, context) => CannedCloud.HangAsync(context);

        var failing = CannedCloud.FailAsync(() =>
            cloud.Client.Nodes.CreateAsync(new NewCloudNode { Name = "a", Network = CloudNetwork.Regtest }, None));
        await cloud.WaitForRequestAsync();
        cloud.Clock.Advance(TimeSpan.FromSeconds(29));
        failing.IsCompleted.Should().BeFalse();
        cloud.Clock.Advance(TimeSpan.FromSeconds(1));

        (await failing).Message.Should().Contain("within 30 s").And.Contain("may have been done");
        cloud.Requests.Should().ContainSingle();
    }

    [Fact]
    public async Task A_cancelled_call_is_cancelled()
    {
        await using var cloud = await CannedCloud.StartAsync();
        cloud.Answer = (_, context) => CannedCloud.HangAsync(context);
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(None);

        var asking = cloud.Client.Nodes.ListAsync(cancellation.Token);
        await cloud.WaitForRequestAsync();
        await cancellation.CancelAsync();

        await FluentActions.Awaiting(() => asking).Should().ThrowAsync<OperationCanceledException>();
    }
}
