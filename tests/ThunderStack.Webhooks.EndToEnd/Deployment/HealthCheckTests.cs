using System.Text.Json;
using ThunderStack.Webhooks.EndToEnd.Processes;
using ThunderStack.Webhooks.Testing;

namespace ThunderStack.Webhooks.EndToEnd.Deployment;

/// <summary>The image's HEALTHCHECK, as processes: it has no shell to ask with.</summary>
public sealed class HealthCheckTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task It_tells_a_ready_receiver_from_one_that_is_not_and_from_none()
    {
        using var folder = new TemporaryDirectory();
        var port = LoopbackPort.FindFree();
        var settings = ReceiverSettings.In(folder.File("data")).With("Management:Port", $"{port}");
        (await AskAsync(settings)).Should().Match<(int Code, string Output)>(answer => answer.Code == 1 && answer.Output.Contains($"http://127.0.0.1:{port}/healthz/ready"));
        await using (await ReceiverProcess.StartAsync(settings))
        {
            (await AskAsync(settings)).Should().Match<(int Code, string Output)>(answer => answer.Code == 0 && answer.Output.Contains("Healthy"));
        }

        var keyless = ReceiverSettings.Bare(folder.File("other")).With("Management:Port", $"{port}").With("Nodes:0:NodeId", "node-a")
            .With("Cloud:BaseAddress", "http://127.0.0.1:1");
        await using var receiver = ReceiverProcess.Launch(keyless);
        await Wait.UntilAsync(() => receiver.IsListening, Patience, () => $"the receiver listens. It wrote:\n{receiver.Output}");

        (await AskAsync(keyless)).Should().Match<(int Code, string Output)>(answer => answer.Code == 1 && answer.Output.Contains("Unhealthy"));
    }

    [Fact]
    public async Task Without_a_management_port_it_asks_at_the_one_for_webhooks()
    {
        using var folder = new TemporaryDirectory();
        await using var receiver = await ReceiverProcess.StartAsync(ReceiverSettings.In(folder.File("data")).With("Management:Port", "0"));

        var answer = await AskAsync(ReceiverSettings.In(folder.File("data")).With("Management:Port", "0").WithVariable("ASPNETCORE_URLS", $"http://127.0.0.1:{receiver.Address.Port}"));

        answer.Code.Should().Be(0, answer.Output);
    }

    private static async Task<(int Code, string Output)> AskAsync(ReceiverSettings settings)
    {
        // As the Dockerfile has it; the program is where the tests have built it.
        Directory.CreateDirectory(settings.DataDirectory);
        var arguments = JsonSerializer.Deserialize<string[]>(DeployFiles.HealthCheck)![2..];
        await using var process = ChildProcess.Start(BuiltProgram.Receiver, arguments, settings.Environment, settings.DataDirectory);
        var code = await process.ExitAsync(Patience);
        return (code, process.Output);
    }
}
