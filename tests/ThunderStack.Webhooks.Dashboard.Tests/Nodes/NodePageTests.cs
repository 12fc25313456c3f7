using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ThunderStack.Webhooks.Dashboard.Nodes;
using ThunderStack.Webhooks.Emulator;
using ThunderStack.Webhooks.Management.Tests;

namespace ThunderStack.Webhooks.Dashboard.Tests.Nodes;

/// <summary>The nodes, one of them, and what somebody does to it, with an emulated cloud and without a script.</summary>
public sealed class NodePageTests
{
    private const string Token = "token-of-the-account";

    private static CancellationToken None => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_node_that_failed_is_the_first_thing_on_the_overview_with_what_helps()
    {
        await using var receiver = await ManagedReceiver.StartAsync(configure: webhooks => webhooks.AddDashboard());
        using var visitor = new Visitor(receiver);
        (await visitor.SignInAsync(ManagedReceiver.OperateKey)).Dispose();
        await receiver.ReceiveAsync("node-a");
        await receiver.ReceiveAsync("node-b");
        (await visitor.SeeAsync("/")).Should().Contain("All 2 nodes are fine.");

        await receiver.ReceiveAsync("node-a", "FAILED");
        await receiver.IsOpenAsync("nodeFailed");

        var html = await visitor.SeeAsync("/");
        html.Should().Contain("<title>(1) Overview").And.Contain("alpha) has failed.").And.Contain("action=\"/nodes/node-a/logs\"").And.Contain("href=\"/nodes/node-a/restart\"");
        (await visitor.SeeAsync("/nodes?state=FAILED")).Should().Contain("/nodes/node-a\"").And.NotContain("/nodes/node-b\"");
        (await visitor.SeeAsync("/nodes?text=ALPH")).Should().Contain("/nodes/node-a\"").And.NotContain("/nodes/node-b\"");
        (await visitor.SeeAsync("/nodes?text=nobody")).Should().Contain("No node is like that.");
    }

    [Fact]
    public async Task The_timeline_has_a_link_for_each_status_and_a_table_beside_it()
    {
        await using var receiver = await ManagedReceiver.StartAsync(configure: webhooks => webhooks.AddDashboard());
        using var visitor = new Visitor(receiver);
        (await visitor.SignInAsync(ManagedReceiver.ReadKey)).Dispose();
        var first = await receiver.ReceiveAsync("node-a", "STARTING");
        receiver.Time.Advance(TimeSpan.FromHours(3));
        var second = await receiver.ReceiveAsync("node-a");
        receiver.Time.Advance(TimeSpan.FromHours(1));

        var html = await visitor.SeeAsync("/nodes/node-a");

        html.Should().Contain($"href='/events/{first}' aria-label='STARTING,").And.Contain($"href='/events/{second}' aria-label='RUNNING,")
            .And.Contain("2 changes as a table").And.Contain("12.5 %");
        (await visitor.SeeAsync("/nodes/node-a?range=1h")).Should().NotContain($"href='/events/{first}'");
        await visitor.SeeAsync("/nodes/node-a?range=2h", HttpStatusCode.BadRequest);
        (await visitor.SeeAsync("/nodes/nobody", HttpStatusCode.NotFound)).Should().Contain("No such node is configured");
    }

    [Fact]
    public async Task A_node_is_stopped_after_a_question_and_the_next_page_says_so_once()
    {
        await using var cloud = await StartCloudAsync();
        await using var receiver = await StartAsync(cloud);
        using var visitor = new Visitor(receiver);
        (await visitor.SignInAsync(ManagedReceiver.OperateKey)).Dispose();
        (await visitor.SeeAsync("/nodes/node-a/stop")).Should().Contain("Stop alpha?").And.Contain("Stop the node");

        using var answer = await visitor.SendAsync("/nodes/node-a/stop", ("return", "/nodes/node-a"));

        answer.StatusCode.Should().Be(HttpStatusCode.SeeOther);
        answer.Headers.Location!.ToString().Should().Be("/nodes/node-a");
        (await visitor.SeeAsync("/nodes/node-a")).Should().Contain("alpha was asked to stop.");
        (await visitor.SeeAsync("/nodes/node-a")).Should().NotContain("alpha was asked to stop.");
        (await visitor.SeeAsync("/audit")).Should().Contain("node.stop").And.Contain("ops");
    }

    [Fact]
    public async Task What_the_other_side_does_not_do_is_told_on_a_page()
    {
        await using var receiver = await ManagedReceiver.StartAsync(new() { ["Cloud:ApiToken"] = Token }, webhooks => webhooks.AddDashboard());
        using var visitor = new Visitor(receiver);
        (await visitor.SignInAsync(ManagedReceiver.OperateKey)).Dispose();
        await visitor.SeeAsync("/nodes/node-a/restart");

        using var answer = await visitor.SendAsync("/nodes/node-a/unlock", ("password", "hunter2"));

        answer.StatusCode.Should().Be(HttpStatusCode.Conflict);
        (await answer.Content.ReadAsStringAsync(None)).Should().Contain("Not now").And.Contain("AddNodeWatch()").And.NotContain("hunter2");
        (await visitor.SeeAsync("/audit")).Should().NotContain("hunter2");
    }

    [Fact]
    public async Task Names_that_somebody_made_up_are_shown_as_they_are_and_never_run()
    {
        const string Hostile = "<script>alert(1)</script>\u202Eevil\" onx='";
        await using var receiver = await ManagedReceiver.StartAsync(new() { ["Nodes:0:Name"] = Hostile, ["Nodes:1:NodeId"] = "a/b?c#d%2F&e" }, webhooks => webhooks.AddDashboard());
        using var visitor = new Visitor(receiver);
        (await visitor.SignInAsync(ManagedReceiver.OperateKey)).Dispose();
        await receiver.ReceiveAsync("a/b?c#d%2F&e");
        foreach (var path in (string[])["/", "/nodes", "/nodes/node-a", "/nodes/node-a/stop", "/settings", "/nodes?text=%3Cscript%3Ealert(1)"])
        {
            (await visitor.SeeAsync(path)).Should().NotContain("<script>alert").And.NotContain("\" onx='");
        }

        (await visitor.SeeAsync("/nodes")).Should().Contain("/nodes/a%2Fb%3Fc%23d%252F%26e\"");
    }

    [Fact]
    public void What_is_too_narrow_to_point_at_is_drawn_with_its_neighbours_as_the_worst_of_them()
    {
        var from = new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        List<Stretch> stretches = [new("RUNNING", from, from.AddHours(12), "a")];
        for (var i = 0; i < 10; i++)
        {
            stretches.Add(new(i == 5 ? "FAILED" : "STARTING", from.AddHours(12).AddSeconds(i), from.AddHours(12).AddSeconds(i + 1), $"{i}"));
        }

        stretches.Add(new("RUNNING", from.AddHours(12).AddSeconds(10), from.AddHours(24), "b"));

        var merged = TimelineDrawing.Merge(stretches, from, from.AddHours(24));

        merged.Select(stretch => (stretch.Status, stretch.Count)).Should().Equal(("RUNNING", 1), ("FAILED", 10), ("RUNNING", 1));
    }

    private static async Task<WebApplication> StartCloudAsync()
    {
        var app = EmulatorApplication.Build([], builder =>
        {
            builder.Configuration.Sources.Clear();
            builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
            {
                ["Emulator:ApiToken"] = Token,
                ["Emulator:WebhookUrl"] = "http://127.0.0.1:1/webhooks/thunderstack",
                ["Emulator:Nodes:0:NodeId"] = "node-a",
                ["Emulator:Nodes:0:Status"] = "RUNNING",
                ["Emulator:Interval"] = "00:00:00",
            });
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            builder.Logging.ClearProviders();
        });
        await app.StartAsync(None);
        return app;
    }

    private static Task<ManagedReceiver> StartAsync(WebApplication cloud) => ManagedReceiver.StartAsync(
        new() { ["Cloud:BaseAddress"] = cloud.Urls.Single(), ["Cloud:ApiToken"] = Token }, webhooks => webhooks.AddDashboard());
}
