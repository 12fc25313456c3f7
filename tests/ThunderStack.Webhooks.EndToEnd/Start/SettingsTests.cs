using System.Net;
using ThunderStack.Webhooks.EndToEnd.Processes;
using ThunderStack.Webhooks.Testing;

namespace ThunderStack.Webhooks.EndToEnd.Start;

/// <summary>Where a receiver finds its settings, and what it needs of the machine to follow them.</summary>
public sealed class SettingsTests
{
    private static readonly HttpClient Http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(30) };

    [Fact]
    public async Task A_receiver_watches_nothing_of_the_file_system_and_still_follows_its_settings()
    {
        using var folder = new TemporaryDirectory();
        var config = Directory.CreateDirectory(folder.File("config")).FullName;
        await File.WriteAllTextAsync(Path.Combine(config, "nodes.json"), Nodes("node-a"), TestContext.Current.CancellationToken);
        await using var receiver = await ReceiverProcess.StartAsync(ReceiverSettings.Bare(folder.File("data"))
            .With("PublicKey:Pinned:0", TestKey.Default.PublicKeyPem)
            .With("Inbox:ConnectionString", $"Data Source={folder.File("inbox.db")}")
            .WithVariable("SettingsDirectory", config));

        Directory.EnumerateFiles($"/proc/{receiver.Id}/fd").Select(fd => new FileInfo(fd).LinkTarget)
            .Should().NotContain(target => target != null && target.Contains("inotify"), "watches may be used up by others");

        await File.WriteAllTextAsync(Path.Combine(config, "nodes.json"), Nodes("node-b"), TestContext.Current.CancellationToken);

        await Wait.UntilAsync(
            async () =>
            {
                using var answer = await Http.SendAsync(
                    SignedDelivery.Valid().ForNode("node-b").ToRequest(receiver.WebhookUrl.ToString()), TestContext.Current.CancellationToken);
                return answer.StatusCode == HttpStatusCode.OK;
            },
            TimeSpan.FromSeconds(30),
            () => $"the new node is accepted. It wrote:\n{receiver.Output}");
    }

    [Fact]
    public async Task A_receiver_that_is_started_elsewhere_keeps_the_settings_it_ships_with()
    {
        using var folder = new TemporaryDirectory();
        var settings = ReceiverSettings.In(folder.File("data")).WithVariable("Logging__LogLevel__Default", "Information");
        await using var receiver = await ReceiverProcess.StartAsync(settings);

        using var answer = await Http.GetAsync(new Uri(receiver.Address, "/healthz/live"), TestContext.Current.CancellationToken);

        answer.StatusCode.Should().Be(HttpStatusCode.OK);
        receiver.Output.Should().NotContain("Request starting", "the framework's lines are off in the appsettings.json beside the program");
    }

    private static string Nodes(string id) => $$"""{ "ThunderStack": { "Nodes": [ { "NodeId": "{{id}}" } ] } }""";
}
