using Microsoft.Extensions.DependencyInjection;
using ThunderStack.Webhooks.Configuration;
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
        settings["OTEL_EXPORTER_OTLP_HEADERS"] = "secret";
        settings["OTEL_BSP_SCHEDULE_DELAY"] = "soon";
        settings["ThunderStack:Inbox:Synchronous"] = "Off";
        settings["ThunderStack:Reconciliation:Interval"] = "many";
        settings["Kestrel:Endpoints:Web:Url"] = "8080";
        settings["http_ports"] = "8080;abc";
        settings["SecretsDirectory"] = directory.File("nowhere");

        var problems = FluentActions.Invoking(() => ReceiverHost.Build(settings)).Should().Throw<StartupException>().Which.Message;

        foreach (var key in (string[])
        [
            "ThunderStack:Nodes:0:NodeId", "ThunderStack:PublicKey:Pinned:0", "ThunderStack:Cloud:BaseAddress", "ThunderStack:Webhook:Path",
            "ThunderStack:Webhook:MaxBodyBytes", "ThunderStack:Inbox:Provider", "ThunderStack:Inbox:Retention", "ThunderStack:Dispatch:Concurrency",
            "ThunderStack:Handlers:ops:Url", "ThunderStack:Handlers:odd name", "ThunderStack:Handlers:odd name:Type", "ThunderStack:Proxy:Networks:0",
            "OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_PROTOCOL", "OTEL_EXPORTER_OTLP_HEADERS", "OTEL_BSP_SCHEDULE_DELAY",
            "ThunderStack:Inbox:Synchronous", "ThunderStack:Reconciliation:Interval", "Kestrel:Endpoints:Web:Url", "ASPNETCORE_HTTP_PORTS", "SecretsDirectory",
        ])
        {
            problems.Should().Contain(key);
        }

        problems.Should().NotContain("   at ");
        Directory.EnumerateFileSystemEntries(directory.Path).Should().BeEmpty("nothing is created for a receiver that cannot start");
    }

    [Theory]
    [InlineData("http://*:8080")]
    [InlineData("https://[::1]:0;http://+:80/")]
    [InlineData("http://unix:/run/receiver.sock")]
    public async Task An_address_to_listen_at_is_taken(string urls)
    {
        using var directory = new TemporaryDirectory();
        var settings = ReceiverHost.Settings(directory);
        settings["urls"] = urls;

        await using var receiver = ReceiverHost.Build(settings);
    }

    [Theory]
    [InlineData("8080")]
    [InlineData("http://*:abc")]
    [InlineData("http://127.0.0.1:70000")]
    [InlineData("http://127.0.0.1:8080/path")]
    [InlineData("http://127.0.0.1:8080;ftp://127.0.0.1")]
    public void No_address_to_listen_at_is_refused(string urls)
    {
        using var directory = new TemporaryDirectory();
        var settings = ReceiverHost.Settings(directory);
        settings["urls"] = urls;

        FluentActions.Invoking(() => ReceiverHost.Build(settings)).Should().Throw<StartupException>()
            .WithMessage($"*ASPNETCORE_URLS has \"{urls.Split(';')[^1]}\"*");
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
        settings["thunderstack:INBOX:retention"] = "1.00:00:00";
        settings["ThunderStack:Dispatch:Concurrency:0"] = "4";
        var app = ReceiverHost.Build(settings);

        app.Services.GetRequiredService<SettingsCatalog>().FindUnknownKeys(app.Configuration.GetSection("ThunderStack")).Should().BeEquivalentTo(
            "ThunderStack:Inbox:Retension", "ThunderStack:Nodes:0:Naem", "ThunderStack:Handlers:ops:Secrte", "ThunderStack:Handelrs", "ThunderStack:Dispatch:Concurrency:0");
    }
}
