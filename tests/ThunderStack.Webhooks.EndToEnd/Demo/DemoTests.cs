using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using ThunderStack.Webhooks.EndToEnd.Processes;
using ThunderStack.Webhooks.Testing;

namespace ThunderStack.Webhooks.EndToEnd.Demo;

[Collection("Waiting")]
public sealed class DemoTests
{
    [Fact]
    public async Task It_shows_events_arrive_and_a_forgery_fail_and_its_commands_work_and_Ctrl_C_ends_it()
    {
        Campaign.Require(Run("curl --version") is { ExitCode: 0 }, "the demo prints curl commands: install curl.");
        using var folder = new TemporaryDirectory();
        await using var demo = DemoProcess.Start(folder.Path, LoopbackPort.FindFree(), LoopbackPort.FindFree());

        await demo.UntilItSaysAsync("cloud", "demo-node STARTING", "answered 200");
        await demo.UntilItSaysAsync("receiver", "demo-node has been STARTING");
        await demo.UntilItSaysAsync("forger", "answered 403", "Forbidden - Invalid Signature");

        await demo.UntilItSaysAsync("receiver", "quiet-node is", "its webhook never came");

        await demo.UntilItSaysAsync("owner", "Upgraded wallet-node");
        await demo.UntilItSaysAsync("receiver", "Opened", "wallet-node runs, but is locked");
        await demo.UntilItSaysAsync("receiver", "wallet-node is locked and is asked to unlock");
        await demo.UntilItSaysAsync("receiver", "Closed: NodeLocked of wallet-node");

        var send = Run(demo.Line("curl -s"));
        send.Output.Should().Contain("\"status\":200").And.Contain("Webhook event processed successfully");
        await demo.UntilItSaysAsync("receiver", "demo-node has been FAILED");

        var forge = Run(demo.Line("curl -i"));
        forge.Output.Should().StartWith("HTTP/1.1 403").And.Contain("Forbidden - Invalid Signature");

        Directory.EnumerateFiles(folder.File("data")).Should().NotBeEmpty();
        demo.Output.Should().Contain(folder.File("data"), "it says where events are stored");
        (await demo.InterruptAsync()).Should().Be(0, "it wrote:\n{0}", demo.Output);
        ShouldTellOfNoError(demo.Output);
    }

    [Fact]
    public async Task Ctrl_C_ends_it_while_it_starts()
    {
        using var folder = new TemporaryDirectory();
        var emulatorPort = LoopbackPort.FindFree();
        await using var demo = DemoProcess.Start(folder.Path, LoopbackPort.FindFree(), emulatorPort);

        // The emulated cloud runs, and the receiver is about to.
        await demo.UntilListensAsync(emulatorPort);

        (await demo.InterruptAsync()).Should().Be(0, "it wrote:\n{0}", demo.Output);
        ShouldTellOfNoError(demo.Output);
    }

    [Theory]
    [InlineData("--port")]
    [InlineData("--emulator-port")]
    public async Task A_port_in_use_is_told_in_a_sentence(string option)
    {
        using var folder = new TemporaryDirectory();
        using var occupant = new TcpListener(IPAddress.Loopback, 0);
        occupant.Start();
        var taken = ((IPEndPoint)occupant.LocalEndpoint).Port;

        await using var demo = option == "--port"
            ? DemoProcess.Start(folder.Path, taken, LoopbackPort.FindFree())
            : DemoProcess.Start(folder.Path, LoopbackPort.FindFree(), taken);

        (await demo.ExitAsync()).Should().Be(1);
        demo.Output.Should().StartWith($"Port {taken} is in use.").And.Contain(option);
        demo.Output.Split('\n').Should().ContainSingle();
    }

    [Fact]
    public async Task A_folder_that_cannot_be_used_is_told_by_the_option_that_names_it()
    {
        using var folder = new TemporaryDirectory();
        await File.WriteAllTextAsync(folder.File("data"), "a file", TestContext.Current.CancellationToken);
        await using var demo = DemoProcess.Start(folder.Path, LoopbackPort.FindFree(), LoopbackPort.FindFree());

        (await demo.ExitAsync()).Should().Be(1);
        demo.Output.Should().Contain(folder.File("data")).And.Contain("--data").And.NotContain("ThunderStack:");
    }

    [Fact]
    public void Before_it_is_built_the_first_time_dotnet_run_says_that_it_builds()
    {
        // What dotnet run does first, as quietly; nothing is at that path, as in a new clone.
        var restore = Run($"(dotnet msbuild '{BuiltProgram.Projects}/ThunderStack.Webhooks.Demo' -nologo -verbosity:quiet -target:Restore -property:TargetPath=/nowhere 2>&1)");

        restore.Output.Should().StartWith("Building the demo");
        restore.ExitCode.Should().Be(0);
    }

    // As typed into a shell: the quotes are part of what is tried.
    // But of its handler's that is there to fail.
    private static void ShouldTellOfNoError(string output) => output.Split('\n')
        .Where(line => !line.Contains("Handler tickets ", StringComparison.Ordinal))
        .Should().NotContain(line => line.Contains("Exception", StringComparison.Ordinal) || line.Contains("error occurred", StringComparison.Ordinal));

    private static (int ExitCode, string Output) Run(string command)
    {
        using var process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", $"{command} 2>/dev/null"]) { RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output);
    }
}
