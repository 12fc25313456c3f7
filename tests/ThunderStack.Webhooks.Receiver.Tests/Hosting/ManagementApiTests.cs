using System.Diagnostics;
using System.Net;
using ThunderStack.Webhooks.Receiver.Hosting;
using ThunderStack.Webhooks.Testing;

namespace ThunderStack.Webhooks.Receiver.Tests.Hosting;

/// <summary>The management API in the receiver: there for whoever has configured a key, and otherwise not even in memory.</summary>
public sealed class ManagementApiTests
{
    private const string Key = "0123456789abcdef0123456789abcdef";
    private static readonly string[] Assemblies = ["ThunderStack.Webhooks.Management.dll", "ThunderStack.Webhooks.Dashboard.dll"];

    private static CancellationToken None => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_key_in_the_settings_turns_it_on_at_the_second_port_beside_the_probes()
    {
        var port = LoopbackPort.FindFree();
        await using var receiver = await ReceiverHost.StartAsync(new()
        {
            ["ThunderStack:Management:Port"] = $"{port}",
            ["ThunderStack:Management:ApiKeys:ops:Key"] = Key,
            ["ThunderStack:Management:ApiKeys:ops:Role"] = "Operate",
        });
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };

        (await client.GetAsync("/api/v1/conditions", None)).StatusCode.Should().Be(HttpStatusCode.Unauthorized);
        (await client.GetAsync("/healthz/ready", None)).StatusCode.Should().Be(HttpStatusCode.OK);
        (await client.GetAsync("/elsewhere", None)).StatusCode.Should().Be(HttpStatusCode.NotFound);
        (await receiver.Client.GetAsync("/api/v1/conditions", None)).StatusCode.Should().Be(HttpStatusCode.NotFound);

        client.DefaultRequestHeaders.Authorization = new("Bearer", Key);
        (await client.GetAsync("/api/v1/conditions", None)).StatusCode.Should().Be(HttpStatusCode.OK);
        (await client.GetStringAsync("/openapi/v1.json", None)).Should().Contain("/api/v1/nodes").And.NotContain("ReceiveWebhook");
        (await client.GetStringAsync("/api/v1/settings", None)).Should().Contain("ThunderStack:Nodes:0:NodeId").And.NotContain(Key);
    }

    [Fact]
    public void What_is_wrong_with_its_keys_keeps_the_receiver_from_starting_without_repeating_them()
    {
        var build = () => ReceiverHost.Build(new()
        {
            ["ThunderStack:Nodes:0:NodeId"] = "",
            ["ThunderStack:Management:ApiKeys:ops:Key"] = "hunter2",
        });

        build.Should().Throw<StartupException>().Which.Message.Should()
            .Contain("ThunderStack:Nodes:0:NodeId").And.Contain("ops:Key has 7 characters").And.Contain("ops:Role is missing").And.NotContain("hunter2");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Its_assemblies_and_the_dashboard_s_are_loaded_only_while_it_is_on(bool isOn)
    {
        using var directory = new TemporaryDirectory();
        var port = LoopbackPort.FindFree();
        using var process = Start(directory, port, isOn);
        try
        {
            using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
            await Eventually.TrueAsync(async () =>
            {
                process.HasExited.Should().BeFalse("the receiver should run");
                try
                {
                    return (await client.GetAsync("/healthz/ready", None)).IsSuccessStatusCode;
                }
                catch (HttpRequestException)
                {
                    return false;
                }
            });
            (await client.GetAsync("/api/v1/conditions", None)).StatusCode.Should().Be(isOn ? HttpStatusCode.Unauthorized : HttpStatusCode.NotFound);
            (await client.GetAsync("/sign-in", None)).StatusCode.Should().Be(isOn ? HttpStatusCode.OK : HttpStatusCode.NotFound);

            var maps = await File.ReadAllTextAsync($"/proc/{process.Id}/maps", None);

            maps.Should().Contain("ThunderStack.Webhooks.Receiver.dll", "an assembly that is loaded is mapped");
            Assemblies.Should().OnlyContain(assembly => maps.Contains(assembly, StringComparison.Ordinal) == isOn);
        }
        finally
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
        }
    }

    private static Process Start(TemporaryDirectory directory, int port, bool isOn)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet")
        {
            WorkingDirectory = directory.Path,
            ArgumentList = { Path.Combine(AppContext.BaseDirectory, "ThunderStack.Webhooks.Receiver.dll"), "--environment=Production" },
        };
        var settings = ReceiverHost.Settings(directory);
        settings["ThunderStack:Management:Port"] = $"{port}";
        if (isOn)
        {
            settings["ThunderStack:Management:ApiKeys:ops:Key"] = Key;
            settings["ThunderStack:Management:ApiKeys:ops:Role"] = "Read";
        }

        foreach (var (key, value) in settings)
        {
            start.Environment[key == "urls" ? "ASPNETCORE_URLS" : key.Replace(":", "__", StringComparison.Ordinal)] = value;
        }

        return Process.Start(start)!;
    }
}
