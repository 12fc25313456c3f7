using System.Text.RegularExpressions;
using ThunderStack.Webhooks.Cli.Tests.Running;
using ThunderStack.Webhooks.Testing;

namespace ThunderStack.Webhooks.Cli.Tests.Readme;

/// <summary>A newcomer's first hour with the documents.</summary>
public sealed partial class ReadmeWalkTests : IDisposable
{
    private const string WebhookUrl = "http://localhost:8080/webhooks/thunderstack";

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task FromANewNodeToARepairedUrl_WithTheCommandsOfThePageAlone()
    {
        var inbox = _directory.File("inbox.db");
        var walk = new ReadmeWalk(Path.GetDirectoryName(inbox)!);
        await using var cloud = await RunningEmulator.StartAsync(("TransitionDelay", "00:00:00.1"));
        await using var receiver = await RunningReceiver.StartAsync(
            inbox, ("PublicKey:Pinned:0", null), ("Cloud:BaseAddress", cloud.Url));
        walk.Replace("http://localhost:8090", cloud.Url);
        walk.Replace(WebhookUrl, receiver.WebhookUrl);
        walk.Replace("src/ThunderStack.Webhooks.Receiver/data/inbox.db", inbox);

        var created = (await walk.RunAsync("nodes create")).ShouldEnd(Expected.Ok);
        var node = NodeLine().Match(created.Out).Groups["id"].Value;
        walk.Replace("$NODE", node);
        walk.Replace("the-id", node);
        receiver.Reconfigure("Nodes:0:NodeId", node);

        (await walk.RunAsync("nodes stop")).ShouldEnd(Expected.Ok);
        await UntilListedAsync(walk, node, "PAUSED");

        (await walk.RunAsync("webhook set")).ShouldEnd(Expected.Ok);
        var found = (await walk.RunAsync("doctor")).ShouldEnd(Expected.Failed);
        found.Out.Should().MatchRegex($"(?m)^FAIL  webhook url +{node} posts to http://localhost:9999/, not to ").And.EndWith("1 problem found.\n");

        (await walk.RunLineAsync(Remedy().Match(found.Out).Groups["command"].Value)).ShouldEnd(Expected.Ok);
        (await walk.RunAsync("doctor", which: 1)).ShouldEnd(Expected.Ok).Out.Should().EndWith("No problems found.\n");
        (await walk.RunAsync("nodes start")).ShouldEnd(Expected.Ok);
        await UntilListedAsync(walk, node, "RUNNING");
    }

    // The cloud posts once the command has ended.
    private static Task UntilListedAsync(ReadmeWalk walk, string node, string status) => Eventually.TrueAsync(
        async () => (await walk.RunAsync("inbox list")).ShouldEnd(Expected.Ok).Out.Contains($"{node}  {status}", StringComparison.Ordinal),
        $"the inbox lists {node} as {status}");

    [GeneratedRegex("^node +(?<id>[^ ]+)$", RegexOptions.Multiline)]
    private static partial Regex NodeLine();

    [GeneratedRegex("^FAIL .*Fix: (?<command>.*)$", RegexOptions.Multiline)]
    private static partial Regex Remedy();
}
