using ThunderStack.Webhooks.EndToEnd.Processes;
using ThunderStack.Webhooks.Testing;

namespace ThunderStack.Webhooks.EndToEnd.Packages;

public sealed class PackageTests
{
    private const string Node = "node-a";

    private static readonly TimeSpan Long = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_receiver_of_ones_own_is_built_from_the_packages_alone_and_its_handler_gets_the_clouds_event()
    {
        using var folder = new TemporaryDirectory();
        var feed = await PackageFeed.PackAsync(folder.File("feed"));
        var consumer = await ConsumerProject.CreateAsync(folder.File("consumer"), feed);

        (await consumer.BuildAsync()).Should().Contain("0 Warning(s)");

        await using var cloud = await EmulatorProcess.StartAsync([Node], folder.Path);
        await using var receiver = await ReceiverProcess.StartAsync(
            ReceiverSettings.Bare(folder.File("data")).WithNodes([Node]).With("Cloud:BaseAddress", cloud.Address.ToString()), consumer.Program);
        (await cloud.SendAsync(Node, "FAILED", receiver.WebhookUrl)).Should().Be(200);
        await Wait.UntilAsync(
            () => receiver.Output.Contains(ConsumerProject.Page(Node), StringComparison.Ordinal), Long, () => $"the handler is called. It wrote:\n{receiver.Output}");

        File.Exists(Path.Combine(folder.File("data"), "data", "inbox.db")).Should().BeTrue("that is where events are stored unless told otherwise");
        (await receiver.TerminateAsync(Long)).Should().Be(0);
    }
}
