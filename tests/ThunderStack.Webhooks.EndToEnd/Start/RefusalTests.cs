using System.Net;
using System.Security.Cryptography;
using System.Text;
using ThunderStack.Webhooks.EndToEnd.Processes;
using ThunderStack.Webhooks.EndToEnd.Traffic;
using ThunderStack.Webhooks.Testing;

namespace ThunderStack.Webhooks.EndToEnd.Start;

public sealed class RefusalTests
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_second_receiver_on_the_same_inbox_refuses_and_leaves_the_first_alone()
    {
        using var folder = new TemporaryDirectory();
        var settings = ReceiverSettings.In(folder.File("data"));
        await using var first = await ReceiverProcess.StartAsync(settings);

        await using var second = ReceiverProcess.Launch(settings);
        await ShouldRefuseAsync(second, "inbox.db", "in use by another receiver");

        (await first.ReadinessAsync()).Should().Be(HttpStatusCode.OK);
        await using var load = new Load { Target = first.WebhookUrl };
        load.Start();
        await Wait.UntilAsync(() => load.Total > 10, Long, () => $"the first still accepts. It wrote:\n{first.Output}");
    }

    [Fact]
    public async Task A_damaged_inbox_is_refused_and_not_touched()
    {
        using var folder = new TemporaryDirectory();
        var settings = ReceiverSettings.In(folder.File("data"));
        Directory.CreateDirectory(settings.DataDirectory);
        await File.WriteAllBytesAsync(settings.Database, RandomNumberGenerator.GetBytes(16_384), TestContext.Current.CancellationToken);
        var before = await HashAsync(settings.Database);

        await using var receiver = ReceiverProcess.Launch(settings);
        await ShouldRefuseAsync(receiver, "inbox.db");

        (await HashAsync(settings.Database)).Should().Equal(before);
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_refused_and_not_touched()
    {
        using var folder = new TemporaryDirectory();
        var settings = ReceiverSettings.In(folder.File("data"));
        Directory.CreateDirectory(settings.DataDirectory);
        await File.WriteAllTextAsync(settings.Database, "my shopping list", Encoding.UTF8, TestContext.Current.CancellationToken);
        var before = await HashAsync(settings.Database);

        await using var receiver = ReceiverProcess.Launch(settings);
        await ShouldRefuseAsync(receiver, "inbox.db");

        (await HashAsync(settings.Database)).Should().Equal(before);
    }

    [Fact]
    public async Task Every_problem_of_the_configuration_is_told_at_once()
    {
        using var folder = new TemporaryDirectory();
        var settings = ReceiverSettings.Bare(folder.File("data"))
            .With("PublicKey:Pinned:0", "not a key")
            .With("PublicKey:RefetchFloor", "soon")
            .With("Webhook:Path", "no slash")
            .With("Inbox:Provider", "Oracle")
            .With("Dispatch:Concurrency", "0")
            .With("Handlers:ops:Type", "Forward")
            .With("Handlers:ops:Url", "example.org");

        await using var receiver = ReceiverProcess.Launch(settings);
        await ShouldRefuseAsync(
            receiver,
            "ThunderStack:Nodes",
            "ThunderStack:PublicKey:RefetchFloor",
            "ThunderStack:Webhook:Path",
            "ThunderStack:Inbox:Provider",
            "ThunderStack:Dispatch:Concurrency",
            "ThunderStack:Handlers:ops:Url");
        Directory.EnumerateFiles(settings.DataDirectory).Should().BeEmpty();
    }

    [Theory]
    [InlineData("ASPNETCORE_URLS", "http://192.0.2.1:8080", "cannot listen")]
    [InlineData("ASPNETCORE_URLS", "http://unix:/nowhere/receiver.sock", "cannot listen")]
    [InlineData("ASPNETCORE_URLS", "http://127.0.0.1:70000", "ASPNETCORE_URLS")]
    [InlineData("ASPNETCORE_URLS", "https://127.0.0.1:0", "certificate")]
    [InlineData("Kestrel__Endpoints__Web__Certificate__Path", "/nowhere/tls.crt", "/nowhere/tls.crt")]
    [InlineData("Logging__LogLevel__Default", "Loud", "Logging:LogLevel:Default")]
    [InlineData("ThunderStack__Reconciliation__Interval", "many", "ThunderStack:Reconciliation:Interval")]
    public async Task What_the_server_cannot_do_is_told_in_a_sentence(string variable, string value, string said)
    {
        using var folder = new TemporaryDirectory();
        var settings = ReceiverSettings.In(folder.File("data")).WithVariable(variable, value);
        if (variable.StartsWith("Kestrel__", StringComparison.Ordinal))
        {
            settings = settings.WithVariable("Kestrel__Endpoints__Web__Url", "https://127.0.0.1:0");
        }

        await using var receiver = ReceiverProcess.Launch(settings);

        await ShouldRefuseAsync(receiver, "The receiver cannot start.", said);
    }

    [Fact]
    public async Task A_port_in_use_is_told_in_a_sentence()
    {
        using var folder = new TemporaryDirectory();
        await using var first = await ReceiverProcess.StartAsync(ReceiverSettings.In(folder.File("first")));

        await using var second = ReceiverProcess.Launch(
            ReceiverSettings.In(folder.File("second")).WithVariable("ASPNETCORE_URLS", first.Address.ToString()));

        await ShouldRefuseAsync(second, first.Address.Port.ToString(), "in use");
    }

    private static async Task ShouldRefuseAsync(ReceiverProcess receiver, params string[] said)
    {
        var exitCode = await receiver.ExitAsync(Long);

        exitCode.Should().NotBe(0);
        foreach (var part in said)
        {
            receiver.Output.Should().Contain(part);
        }

        receiver.Output.Should().NotContain("   at ", "a stack trace helps nobody who starts a container")
            .And.NotContain("Exception");
    }

    private static async Task<byte[]> HashAsync(string file) =>
        SHA256.HashData(await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken));
}
