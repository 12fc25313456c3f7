using System.Net;
using ThunderStack.Webhooks.EndToEnd.Processes;
using ThunderStack.Webhooks.Testing;

namespace ThunderStack.Webhooks.EndToEnd.Packages;

public sealed class PackageTests(PackedConsumers consumers) : IClassFixture<PackedConsumers>, IDisposable
{
    private const string Node = "node-a";

    private static readonly TimeSpan Long = TimeSpan.FromSeconds(60);
    private static readonly HttpClient Http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = Long };

    private readonly TemporaryDirectory _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Every_snippet_compiles_as_pasted_with_the_packages_alone() => consumers.BuildOutput.Should().Contain("0 Warning(s)");

    [Fact]
    public async Task The_readmes_receiver_handles_the_clouds_event()
    {
        await using var cloud = await EmulatorProcess.StartAsync([Node], _folder.Path);
        await using var receiver = await ReceiverProcess.StartAsync(
            ReceiverSettings.Bare(_folder.File("data")).WithNodes([Node]).With("Cloud:BaseAddress", cloud.Address.ToString()),
            consumers.ProgramOf("README.md"));
        (await cloud.SendAsync(Node, "FAILED", receiver.WebhookUrl)).Should().Be(200);
        await UntilWrittenAsync(receiver, $"{Node} failed");

        File.Exists(Path.Combine(_folder.File("data"), "data", "inbox.db")).Should().BeTrue("that is where events are stored unless told otherwise");
        (await receiver.TerminateAsync(Long)).Should().Be(0);
    }

    [Fact]
    public async Task An_event_type_a_handler_type_and_settings_of_a_strangers_own_work_as_their_recipes_say()
    {
        await using var receiver = await ReceiverProcess.StartAsync(
            Extended().With("Channels:LargeFrom", "2000").With("Channels:LargeForm", "3000"), consumers.ProgramOf("docs/extending.md"));

        await SendChannelAsync(receiver, capacitySat: 1_999);
        await SendChannelAsync(receiver, capacitySat: 2_000);

        await UntilWrittenAsync(receiver, "node: a small channel of 1999 sat");
        await UntilWrittenAsync(receiver, "node: a large channel of 2000 sat");
        receiver.Output.Should().Contain("ThunderStack:Channels:LargeForm is not a setting of this version and does nothing: is it spelled right?");
    }

    [Fact]
    public async Task A_wrong_value_of_a_strangers_own_setting_ends_the_start_with_every_other_problem()
    {
        var start = () => ReceiverProcess.StartAsync(
            Extended().With("Channels:LargeFrom", "many").With("Handlers:screen:Prefix", "\"node\""), consumers.ProgramOf("docs/extending.md"));

        (await start.Should().ThrowAsync<InvalidOperationException>()).Which.Message
            .Should().Contain("ThunderStack:Channels:LargeFrom is not a whole number. Example: 1000000.")
            .And.Contain("ThunderStack:Handlers:screen:Prefix is in quotes");
    }

    private ReceiverSettings Extended() => ReceiverSettings.In(_folder.File("data")).WithNodes([Node])
        .With("Handlers:screen:Type", "Console").With("Handlers:screen:Prefix", "node");

    private static async Task SendChannelAsync(ReceiverProcess receiver, long capacitySat)
    {
        var delivery = SignedDelivery.Valid().ForNode(Node).WithBody(
            $$"""{"eventType":"CHANNEL_OPENED","eventTimestamp":"2024-11-06T12:00:00Z","details":{"nodeId":"{{Node}}","capacitySat":{{capacitySat}}},"nodeId":"{{Node}}"}""");
        using var request = delivery.ToRequest(receiver.WebhookUrl.AbsoluteUri);
        using var response = await Http.SendAsync(request, TestContext.Current.CancellationToken);
        response.StatusCode.Should().Be(HttpStatusCode.OK);
    }

    private static Task UntilWrittenAsync(ReceiverProcess receiver, string words) => Wait.UntilAsync(
        () => receiver.Output.Contains(words, StringComparison.Ordinal), Long, () => $"\"{words}\" is written. It wrote:\n{receiver.Output}");
}
