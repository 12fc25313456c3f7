using ThunderStack.Webhooks.Receiver.Hosting;
using ThunderStack.Webhooks.Testing;

namespace ThunderStack.Webhooks.Receiver.Tests.Hosting;

public sealed class StartupTests
{
    [Fact]
    public void Every_problem_is_reported_at_once_by_its_key()
    {
        using var directory = new TemporaryDirectory();
        var settings = ReceiverHost.Settings(directory);
        settings["ThunderStack:Nodes:0:NodeId"] = " ";
        settings["ThunderStack:PublicKey:Pinned:0"] = "not a key";
        settings["ThunderStack:Cloud:BaseAddress"] = "ftp://example.org";
        settings["ThunderStack:Webhook:Path"] = "no-slash";
        settings["ThunderStack:Webhook:MaxBodyBytes"] = "1";
        settings["ThunderStack:Inbox:Provider"] = "Oracle";
        settings["ThunderStack:Inbox:Retention"] = "00:00:01";
        settings["ThunderStack:Dispatch:Concurrency"] = "many";
        settings["ThunderStack:Handlers:ops:Type"] = "Forward";
        settings["ThunderStack:Handlers:odd name:Type"] = "Carrier";
        settings["ThunderStack:Proxy:Networks:0"] = "10.0.0.0/99";
        settings["OTEL_EXPORTER_OTLP_ENDPOINT"] = "collector:4317";
        settings["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/json";

        var problems = FluentActions.Invoking(() => ReceiverHost.Build(settings)).Should().Throw<StartupException>().Which.Message;

        foreach (var key in (string[])
        [
            "ThunderStack:Nodes:0:NodeId", "ThunderStack:PublicKey:Pinned:0", "ThunderStack:Cloud:BaseAddress", "ThunderStack:Webhook:Path",
            "ThunderStack:Webhook:MaxBodyBytes", "ThunderStack:Inbox:Provider", "ThunderStack:Inbox:Retention", "ThunderStack:Dispatch:Concurrency",
            "ThunderStack:Handlers:ops:Url", "ThunderStack:Handlers:odd name", "ThunderStack:Handlers:odd name:Type", "ThunderStack:Proxy:Networks:0",
            "OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_PROTOCOL",
        ])
        {
            problems.Should().Contain(key);
        }

        problems.Should().NotContain("   at ");
        Directory.EnumerateFileSystemEntries(directory.Path).Should().BeEmpty("nothing is created for a receiver that cannot start");
    }

    [Fact]
    public void No_node_at_all_says_what_to_write()
    {
        using var directory = new TemporaryDirectory();
        var settings = ReceiverHost.Settings(directory);
        settings.Remove("ThunderStack:Nodes:0:NodeId");

        FluentActions.Invoking(() => ReceiverHost.Build(settings)).Should().Throw<StartupException>()
            .WithMessage("*ThunderStack:Nodes is empty*\"Nodes\": [ { \"NodeId\": \"your-node-id\" } ]*");
    }

    [Fact]
    public async Task A_secret_can_be_a_file_named_after_its_key()
    {
        using var secrets = new TemporaryDirectory();
        await File.WriteAllTextAsync(secrets.File("ThunderStack__Nodes__0__NodeId"), "node-secret\n", TestContext.Current.CancellationToken);
        await using var receiver = await ReceiverHost.StartAsync(
            new Dictionary<string, string?> { ["ThunderStack:Nodes:0:NodeId"] = null },
            args: [$"--SecretsDirectory={secrets.Path}"]);

        (await receiver.SendAsync(SignedDelivery.Valid().ForNode("node-secret"))).EnsureSuccessStatusCode();
    }

    [Fact]
    public void Keys_that_nothing_reads_are_found()
    {
        using var directory = new TemporaryDirectory();
        var settings = ReceiverHost.Settings(directory);
        settings["ThunderStack:Inbox:Retension"] = "1.00:00:00";
        settings["ThunderStack:Nodes:0:Naem"] = "x";
        settings["ThunderStack:Handlers:ops:Type"] = "Log";
        settings["ThunderStack:Handlers:ops:Secrte"] = "x";
        settings["ThunderStack:Handelrs:ops:Type"] = "Log";
        var app = ReceiverHost.Build(settings);

        UnknownKeys.Find(app.Configuration.GetSection("ThunderStack")).Should().BeEquivalentTo(
            "ThunderStack:Inbox:Retension", "ThunderStack:Nodes:0:Naem", "ThunderStack:Handlers:ops:Secrte", "ThunderStack:Handelrs");
    }
}
