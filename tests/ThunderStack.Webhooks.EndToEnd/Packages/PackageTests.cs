using ThunderStack.Webhooks.EndToEnd.Documents;
using ThunderStack.Webhooks.EndToEnd.Processes;
using ThunderStack.Webhooks.Testing;

namespace ThunderStack.Webhooks.EndToEnd.Packages;

public sealed class PackageTests
{
    private const string Node = "node-a";

    private static readonly TimeSpan Long = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Every_snippet_compiles_as_pasted_with_the_packages_alone_and_the_readmes_receiver_handles_the_clouds_event()
    {
        using var folder = new TemporaryDirectory();
        var pages = MarkdownPage.All();
        var feed = await PackageFeed.PackAsync(folder.File("feed"));
        var consumers = await ConsumerSolution.CreateAsync(folder.File("consumers"), feed, ConsumerProject.Of(pages));

        (await consumers.BuildAsync()).Should().Contain("0 Warning(s)");

        var program = consumers.ProgramOf(pages.Single(page => page.Name == "README.md"));
        await using var cloud = await EmulatorProcess.StartAsync([Node], folder.Path);
        await using var receiver = await ReceiverProcess.StartAsync(
            ReceiverSettings.Bare(folder.File("data")).WithNodes([Node]).With("Cloud:BaseAddress", cloud.Address.ToString()), program);
        (await cloud.SendAsync(Node, "FAILED", receiver.WebhookUrl)).Should().Be(200);
        await Wait.UntilAsync(
            () => receiver.Output.Contains($"{Node} failed", StringComparison.Ordinal), Long, () => $"the handler is called. It wrote:\n{receiver.Output}");

        File.Exists(Path.Combine(folder.File("data"), "data", "inbox.db")).Should().BeTrue("that is where events are stored unless told otherwise");
        (await receiver.TerminateAsync(Long)).Should().Be(0);
    }
}
