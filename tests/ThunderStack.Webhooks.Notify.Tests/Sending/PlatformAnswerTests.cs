using Microsoft.AspNetCore.Http;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Testing;

namespace ThunderStack.Webhooks.Notify.Tests.Sending;

/// <summary>What each platform may answer, from a real server, and what becomes of the delivery.</summary>
public sealed class PlatformAnswerTests : IAsyncLifetime
{
    private Recorder _server = null!;

    public static TheoryData<string> Types => [.. Platform.Names];

    public async ValueTask InitializeAsync() => _server = await Recorder.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [MemberData(nameof(Types))]
    public async Task A_message_that_was_taken_is_done(string type)
    {
        _server.Answer = Platform.Accepting(type);
        await using var host = await NotifyHost.StartAsync(Platform.Settings(type, _server));

        var id = await host.AppendAsync("FAILED");

        (await host.DeliveryIsAsync(id, "team", DeliveryState.Succeeded)).Attempts.Should().Be(1);
        var request = _server.Requests.Should().ContainSingle().Subject;
        request.Text.Should().Contain("Node alice has failed");
        request.Headers["Content-Type"].Should().Be("application/json");
        request.Headers.Should().NotContainKey("traceparent");
        request.Path.Should().Contain(Platform.Secret);
    }

    [Theory]
    [InlineData("Slack", 200, "invalid_blocks")]
    [InlineData("Slack", 200, "<html>Sign in to this network</html>")]
    [InlineData("Slack", 500, "rollup_error")]
    [InlineData("Slack", 302, "")]
    [InlineData("Discord", 200, """{"message":"Unknown","code":0}""")]
    [InlineData("Discord", 502, "<html>Bad gateway</html>")]
    [InlineData("Teams", 200, "Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 429")]
    [InlineData("Teams", 202, """{"error":{"code":"WorkflowFailed","message":"It failed"}}""")]
    [InlineData("Telegram", 200, """{"ok":false,"error_code":500,"description":"Internal Server Error"}""")]
    [InlineData("Telegram", 200, "{}")]
    public async Task A_failure_that_may_pass_is_tried_again(string type, int status, string body)
    {
        _server.Answer = (n, context) => n == 1 ? Platform.AnswerAsync(context, status, body) : Platform.AcceptAsync(type, context);
        await using var host = await NotifyHost.StartAsync(Platform.Settings(type, _server));

        var id = await host.AppendAsync("FAILED");
        var failed = await host.DeliveryIsAsync(id, "team", DeliveryState.Scheduled);
        await host.AdvanceUntilAsync(() => _server.Requests.Count == 2);
        await host.DeliveryIsAsync(id, "team", DeliveryState.Succeeded);

        failed.Error.Should().Contain("127.0.0.1 answered").And.NotContain(Platform.Secret);
    }

    [Theory]
    [InlineData("Slack", 429, "rate_limited", "120")]
    [InlineData("Discord", 429, """{"message":"You are being rate limited.","retry_after":120.0,"global":false}""", "1")]
    [InlineData("Discord", 429, """{"message":"You are being rate limited.","retry_after":120.0,"global":false}""", null)]
    [InlineData("Teams", 429, "", "120")]
    [InlineData("Telegram", 429, """{"ok":false,"error_code":429,"description":"Too Many Requests: retry after 120","parameters":{"retry_after":120}}""", null)]
    [InlineData("Telegram", 200, """{"ok":false,"error_code":429,"description":"Too Many Requests: retry after 120","parameters":{"retry_after":120}}""", null)]
    public async Task A_platform_that_says_when_is_left_alone_until_then(string type, int status, string body, string? retryAfter)
    {
        _server.Answer = (n, context) => n == 1 ? Platform.AnswerAsync(context, status, body, retryAfter) : Platform.AcceptAsync(type, context);
        await using var host = await NotifyHost.StartAsync(Platform.Settings(type, _server));

        var id = await host.AppendAsync("FAILED");

        var failed = await host.DeliveryIsAsync(id, "team", DeliveryState.Scheduled);
        (failed.DueAt - failed.At).Should().BeCloseTo(TimeSpan.FromSeconds(120), TimeSpan.FromSeconds(1));
        await host.AdvanceUntilAsync(() => _server.Requests.Count == 2, seconds: 30);
        await host.DeliveryIsAsync(id, "team", DeliveryState.Succeeded);
    }

    [Theory]
    [InlineData("Slack", 400, "invalid_payload", "invalid_payload")]
    [InlineData("Slack", 403, "action_prohibited", "action_prohibited")]
    [InlineData("Slack", 404, "no_service", "no_service")]
    [InlineData("Slack", 410, "channel_is_archived", "channel_is_archived")]
    [InlineData("Discord", 404, """{"message":"Unknown Webhook","code":10015}""", "Unknown Webhook")]
    [InlineData("Discord", 401, """{"message":"Invalid Webhook Token","code":50027}""", "Invalid Webhook Token")]
    [InlineData("Teams", 401, """{"error":{"code":"DirectApiAuthorizationRequired","message":"No sig"}}""", "No sig")]
    [InlineData("Telegram", 401, """{"ok":false,"error_code":401,"description":"Unauthorized"}""", "Unauthorized")]
    [InlineData("Telegram", 400, """{"ok":false,"error_code":400,"description":"Bad Request: chat not found"}""", "chat not found")]
    [InlineData("Telegram", 200, """{"ok":false,"error_code":403,"description":"Forbidden: bot was kicked"}""", "bot was kicked")]
    public async Task What_will_never_be_taken_is_a_dead_letter_with_the_platforms_words(string type, int status, string body, string words)
    {
        _server.Answer = (_, context) => Platform.AnswerAsync(context, status, body);
        await using var host = await NotifyHost.StartAsync(Platform.Settings(type, _server));

        var id = await host.AppendAsync("FAILED");

        (await host.DeliveryIsAsync(id, "team", DeliveryState.DeadLettered)).Error.Should().Contain(words);
        _server.Requests.Should().ContainSingle();
    }

    [Theory]
    [MemberData(nameof(Types))]
    public async Task A_platform_that_hangs_or_closes_the_line_costs_an_attempt(string type)
    {
        using var gone = new CancellationTokenSource();
        _server.Answer = async (n, context) =>
        {
            switch (n)
            {
                case 1:
                    await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, gone.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                    break;
                case 2:
                    await context.Response.Body.WriteAsync("{"u8.ToArray(), CancellationToken.None);
                    await context.Response.Body.FlushAsync(CancellationToken.None);
                    context.Abort();
                    break;
                default:
                    await Platform.AcceptAsync(type, context);
                    break;
            }
        };
        await using var host = await NotifyHost.StartAsync(Platform.Settings(type, _server), null, ("Dispatch:HandlerTimeout", "00:00:30"));

        var id = await host.AppendAsync("FAILED");
        await Eventually.TrueAsync(() => _server.Requests.Count == 1);
        await host.AdvanceUntilAsync(async () => (await host.FindDeliveryAsync(id, "team"))?.State == DeliveryState.Scheduled);
        await host.AdvanceUntilAsync(async () => (await host.FindDeliveryAsync(id, "team"))?.State == DeliveryState.Succeeded);
        await gone.CancelAsync();

        _server.Requests.Count.Should().Be(3);
    }

    [Fact]
    public async Task It_is_tried_for_a_quarter_of_an_hour()
    {
        _server.Answer = (_, context) => Platform.AnswerAsync(context, 500, "");
        await using var host = await NotifyHost.StartAsync(Platform.Settings("Slack", _server));
        var begun = host.Time.GetUtcNow();

        var id = await host.AppendAsync("FAILED");
        await host.AdvanceUntilAsync(async () => (await host.FindDeliveryAsync(id, "team"))?.State == DeliveryState.DeadLettered, seconds: 10);

        // Each wait is up to a tenth longer, and seen up to one step of the clock later.
        ((await host.FindDeliveryAsync(id, "team"))!.At - begun).TotalMinutes.Should().BeInRange(15, 18.5);
    }
}
