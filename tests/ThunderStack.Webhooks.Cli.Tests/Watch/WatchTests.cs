using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using ThunderStack.Webhooks.Cli.Tests.Running;
using ThunderStack.Webhooks.Testing;

namespace ThunderStack.Webhooks.Cli.Tests.Watch;

public sealed class WatchTests(ManagedReceiver receiver) : IClassFixture<ManagedReceiver>
{
    private static readonly Dictionary<string, string> Key = new() { ["THUNDERSTACK_API_KEY"] = ManagedReceiver.ReadKey };

    [Theory]
    [InlineData("text")]
    [InlineData("json")]
    public async Task Watch_WhatHappens_IsALineEach_UntilCtrlC(string output)
    {
        receiver.IsWell = false;
        var node = output == "text" ? "node-a" : "node-b";
        using var stop = new CancellationTokenSource();
        var host = new TestHost(Key) { Stop = stop.Token };
        var watching = ToolRun.OnHostAsync(["watch", "--receiver", receiver.Url, "--node", node, "-o", output], host);
        await UntilAsync(() => host.Written.Contains("Ctrl+C ends it", StringComparison.Ordinal), watching);

        await receiver.SendAsync("node-z");
        await receiver.SendAsync(node, "FAILED");
        await UntilAsync(() => host.Out.Split('\n').Length > 4, watching);
        await stop.CancelAsync();

        var lines = (await watching).ShouldEnd(Expected.Ok).Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines.Should().OnlyContain(line => line.Contains(node)).And.NotContain(line => line.Contains("node-z"));
        if (output == "text")
        {
            lines.Should().ContainSingle(line => line.Contains($"Z  event      {node}  FAILED  NODE_STATUS_UPDATED  webhook  "));
            lines.Should().ContainSingle(line => line.Contains($"Z  delivery   {node}  log  succeeded  attempt 1  "));
            lines.Should().ContainSingle(line => line.Contains($"Z  delivery   {node}  ops  dead letter  attempt 1  "));
            lines.Should().ContainSingle(line => line.Contains($"Z  condition  {node}  opened  critical  nodeFailed  "));
        }
        else
        {
            lines.Select(line => JsonDocument.Parse(line).RootElement.GetProperty("kind").GetString()).Should().BeEquivalentTo("event", "delivery", "delivery", "condition");
        }
    }

    [Fact]
    public async Task Watch_CtrlCOnATerminal_EndsWith0()
    {
        var run = await ToolRun.OnTerminalAsync(["watch", "--receiver", receiver.Url], Key, question: "Ctrl\\+C ends it.\r?\n?", typed: "\u0003");

        run.ShouldEnd(Expected.Ok).Out.Should().NotContain("fault of this tool");
    }

    [Fact]
    public async Task Watch_ReaderThatHasEnough_EndsIt()
    {
        // Two lines an event: the second finds nobody.
        var watching = ToolRun.ProgramAsync("sh", ["-c", $"dotnet '{BuiltTool.Path}' watch --receiver {receiver.Url} --node node-c | head -n 1"], Key);
        await Eventually.TrueAsync(
            async () =>
            {
                await receiver.SendAsync("node-c");
                return watching.IsCompleted;
            },
            "it ends");

        (await watching).ShouldEnd(Expected.Ok).Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Should().ContainSingle();
    }

    [Fact]
    public async Task Watch_StreamThatEnds_IsComeBackTo_AndAResetIsCaughtUpWith()
    {
        await using var server = await Recorder.StartAsync();
        var seen = new List<string?>();
        server.Answer = async (_, context) =>
        {
            if (context.Request.Path.Value!.EndsWith("events", StringComparison.Ordinal))
            {
                context.Response.ContentType = "application/json";
                await WriteAsync(context, $$"""{"items":[{{Event(2)}},{{Event(1)}}],"next":null}""");
                return;
            }

            var name = context.Request.Headers["Last-Event-ID"].ToString();
            seen.Add(name);
            if (seen.Count == 2)
            {
                context.Response.StatusCode = 503;
                context.Response.Headers.RetryAfter = "3";
                return;
            }

            context.Response.ContentType = "text/event-stream";
            await WriteAsync(context, seen.Count == 1 ? $"retry: 2000\n\nid: x-1\nevent: event\ndata: {Event(1)}\n\n" : "id: y-7\nevent: reset\ndata: {}\n\n: still here\n\n");
            if (seen.Count > 2)
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
            }
        };
        using var stop = new CancellationTokenSource();
        var host = new TestHost(Key) { Haste = 100, Stop = stop.Token };
        var watching = ToolRun.OnHostAsync(["watch", "--receiver", server.Address.AbsoluteUri], host);

        await UntilAsync(() => host.Out.Contains("0000000002", StringComparison.Ordinal), watching);
        await stop.CancelAsync();

        var run = (await watching).ShouldEnd(Expected.Ok);
        run.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Should().HaveCount(2).And.ContainSingle(line => line.EndsWith("0000000001", StringComparison.Ordinal));
        run.Error.Should().Contain("It has ended the stream. Trying again in ").And.Contain("(503). ").And.Contain("Trying again in 3 s").And.Contain("Watching again.").And.Contain("may have been missed");
        seen.Take(3).Should().Equal("", "x-1", "x-1");
    }

    [Theory]
    [InlineData("event: event\ndata: garbage\n\n", "cannot be read")]
    [InlineData("event: event\ndata: {}\n\n", "cannot be read")]
    [InlineData("event: delivery\ndata: [1]\n\n", "cannot be read")]
    [InlineData(null, "longer than 1 MiB")]
    public async Task Watch_StreamThatIsNone_EndsIt(string? stream, string told)
    {
        await using var server = await Recorder.StartAsync();
        server.Answer = async (_, context) =>
        {
            context.Response.ContentType = "text/event-stream";
            await WriteAsync(context, stream ?? "data: " + new string('x', 4 * 1024 * 1024));
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
        };

        (await ToolRun.ToolAsync(["watch", "--receiver", server.Address.AbsoluteUri], Key)).ShouldEnd(Expected.Unavailable).Error.Should().Contain(told);
    }

    [Fact]
    public async Task Watch_TextsThatATerminalWouldObey_AreShown_OnOneLine()
    {
        await using var server = await Recorder.StartAsync();
        server.Answer = async (_, context) =>
        {
            context.Response.ContentType = "text/event-stream";
            await WriteAsync(
                context,
                """event: delivery""" + "\ndata: " + """{"eventId":"a","nodeId":"n\u202e\u001b[2J","handler":"ops","state":"deadLettered","attempts":1,"at":"2026-01-01T00:00:00Z","error":"one\ntwo\u0007"}""" + "\n\n");
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
        };
        using var stop = new CancellationTokenSource();
        var host = new TestHost(Key) { Stop = stop.Token };
        var watching = ToolRun.OnHostAsync(["watch", "--receiver", server.Address.AbsoluteUri], host);
        await UntilAsync(() => host.Out.EndsWith('\n'), watching);
        await stop.CancelAsync();

        (await watching).Out.Should().Be("2026-01-01 00:00:00.000Z  delivery   n\\u202e\\u001b[2J  ops  dead letter  attempt 1  a  one two\\u0007\n");
    }

    private static string Event(int number) =>
        $$"""{"id":"{{number:d64}}","nodeId":"node-a","source":"webhook","eventType":"NODE_STATUS_UPDATED","status":"RUNNING","receivedAt":"2026-01-01T00:00:0{{number}}Z","timestampText":null,"keyFingerprint":null}""";

    private static async Task WriteAsync(HttpContext context, string text)
    {
        await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(text));
        await context.Response.Body.FlushAsync();
    }

    private static Task UntilAsync(Func<bool> condition, Task<ToolRun> watching) => Eventually.TrueAsync(
        async () =>
        {
            if (watching.IsCompleted)
            {
                (await watching).Error.Should().BeEmpty("it watches on");
            }

            return condition();
        },
        "it is written");
}
