using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ThunderStack.Webhooks.Receiver.Hosting;
using ThunderStack.Webhooks.Testing;

namespace ThunderStack.Webhooks.Receiver.Tests.Hosting;

/// <summary>Settings files of an operator's folder, and secrets as files, changed while the receiver runs: by real files and polling.</summary>
public sealed class SettingsFilesTests : IDisposable
{
    private readonly TemporaryDirectory _config = new();
    private readonly TemporaryDirectory _secrets = new();
    private readonly LogSink _log = new();

    public void Dispose()
    {
        _config.Dispose();
        _secrets.Dispose();
    }

    [Fact]
    public async Task A_link_that_is_swapped_as_kubernetes_does_it_is_followed()
    {
        // /config/nodes.json -> ..data/nodes.json, ..data -> the folder of the day; a new one is renamed over ..data.
        Mount("first", Nodes("node-a"));
        File.CreateSymbolicLink(_config.File("nodes.json"), Path.Combine("..data", "nodes.json"));
        await using var receiver = await StartAsync();
        (await StatusAsync(receiver, "node-b")).Should().Be(HttpStatusCode.Forbidden);

        Mount("second", Nodes("node-b"));

        await Eventually.TrueAsync(async () => await StatusAsync(receiver, "node-b") == HttpStatusCode.OK);
        (await StatusAsync(receiver, "node-a")).Should().Be(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task A_secret_that_is_replaced_is_read_again()
    {
        Write(_secrets, "ThunderStack__Nodes__0__NodeId", "node-a\n");
        await using var receiver = await StartAsync();
        (await StatusAsync(receiver, "node-b")).Should().Be(HttpStatusCode.Forbidden);

        Write(_secrets, "ThunderStack__Nodes__0__NodeId", "node-b\n");

        await Eventually.TrueAsync(async () => await StatusAsync(receiver, "node-b") == HttpStatusCode.OK);
    }

    [Fact]
    public async Task What_another_program_keeps_beside_the_secrets_is_not_opened()
    {
        Write(_secrets, "ThunderStack__Nodes__0__NodeId", "node-a");

        // A link to itself can be opened by nobody, root included.
        File.CreateSymbolicLink(_secrets.File("another-programs"), _secrets.File("another-programs"));
        await using var receiver = await StartAsync();

        (await StatusAsync(receiver, "node-a")).Should().Be(HttpStatusCode.OK);
    }

    [Fact]
    public void A_secret_of_a_setting_that_cannot_be_read_is_named()
    {
        File.CreateSymbolicLink(_secrets.File("ThunderStack__Cloud__ApiToken"), _secrets.File("ThunderStack__Cloud__ApiToken"));

        FluentActions.Invoking(() => ReceiverHost.Build(new() { ["ThunderStack:Nodes:0:NodeId"] = "node-a" }, args: Args))
            .Should().Throw<StartupException>().WithMessage("*ThunderStack__Cloud__ApiToken cannot be read*");
    }

    public static TheoryData<string, string> Mistakes => new()
    {
        { """{ "ThunderStack": { "Nodes": [ """, "settings.json is not JSON" },
        { """{ "ThunderStack": { "Nodes": [ { "NodeId": "'node-a'" } ] } }""", "ThunderStack:Nodes:0:NodeId is in quotes" },
        { """{ "ThunderStack": { "Nodes": [ { "NodeId": "node-a" } ], "Dispatch": { "Concurrency": "2000" } } }""", "ThunderStack:Dispatch:Concurrency is 2000" },
        { """{ "ThunderStack": { "Nodes": [ { "NodeId": "node-a" } ], "Dispatch": { "Concurrency": "hunter2" } } }""", "ThunderStack:Dispatch:Concurrency is not a whole number" },
        { """{ "ThunderStack": { "Nodes": [ { "NodeId": "node-a", "Nmae": "x" } ] } }""", "ThunderStack:Nodes:0:Nmae is not a setting" },
        { """{ "ThunderStack": { "Nodes": [ { "NodeId": "node-a" } ], "Dispatch": { "Concurrency": "4" } } }""", "ThunderStack:Dispatch:Concurrency has changed, and takes effect at the next start" },
        { """{ "ThunderStack": { "Nodes": [ { "NodeId": "node-a" } ] }, "Logging": { "LogLevel": { "Default": "Loud" } } }""", "Logging:LogLevel:Default is unknown" },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public async Task What_a_change_cannot_do_is_told_in_one_line_and_the_settings_before_go_on(string written, string said)
    {
        Write(_config, "settings.json", Nodes("node-a"));
        await using var receiver = await StartAsync();

        Write(_config, "settings.json", written);

        await Eventually.TrueAsync(() => _log.Lines.Any(line => line.Contains(said, StringComparison.Ordinal)), said);
        (await StatusAsync(receiver, "node-a")).Should().Be(HttpStatusCode.OK);
        _log.Lines.Where(line => line.Contains(said, StringComparison.Ordinal)).Should().ContainSingle();
        _log.Lines.Should().NotContain(line => line.Contains("hunter2", StringComparison.Ordinal));

        // And the correction counts.
        Write(_config, "settings.json", Nodes("node-a", "node-b"));
        await Eventually.TrueAsync(async () => await StatusAsync(receiver, "node-b") == HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_file_of_the_operators_adds_to_what_the_program_ships_with()
    {
        Write(_config, "settings.json", Nodes("node-a"));
        await using var receiver = await StartAsync();

        receiver.Services.GetRequiredService<IConfiguration>()["Logging:LogLevel:Microsoft"].Should().Be("Warning");
    }

    [Fact]
    public async Task A_nodes_name_stands_where_a_person_reads_its_id()
    {
        Write(_config, "settings.json", """{ "ThunderStack": { "Nodes": [ { "NodeId": "node-a", "Name": "Alice's node" } ] } }""");
        await using var receiver = await StartAsync();

        (await StatusAsync(receiver, "node-a")).Should().Be(HttpStatusCode.OK);

        await Eventually.TrueAsync(() => _log.Lines.Any(line => line.Contains("Node node-a (Alice's node) has been ", StringComparison.Ordinal)));
    }

    private string[] Args => [$"--SettingsDirectory={_config.Path}", $"--SecretsDirectory={_secrets.Path}"];

    private static string Nodes(params string[] ids) =>
        JsonSerializer.Serialize(new { ThunderStack = new { Nodes = ids.Select(id => new { NodeId = id }) } });

    private static void Write(TemporaryDirectory folder, string name, string text) => File.WriteAllText(folder.File(name), text);

    private static async Task<HttpStatusCode> StatusAsync(ReceiverHost receiver, string node)
    {
        using var answer = await receiver.SendAsync(SignedDelivery.Valid().ForNode(node).WithStatus($"S_{Guid.NewGuid():N}"));
        return answer.StatusCode;
    }

    private void Mount(string day, string settings)
    {
        Directory.CreateDirectory(_config.File($"..{day}"));
        File.WriteAllText(Path.Combine(_config.File($"..{day}"), "nodes.json"), settings);
        File.CreateSymbolicLink(_config.File("..data_tmp"), $"..{day}");

        // .NET renames no link to a folder over another.
        using var rename = Process.Start("mv", ["-T", _config.File("..data_tmp"), _config.File("..data")]);
        rename.WaitForExit();
        rename.ExitCode.Should().Be(0);
    }

    private Task<ReceiverHost> StartAsync() => ReceiverHost.StartAsync(
        new() { ["ThunderStack:Nodes:0:NodeId"] = null, ["Logging:LogLevel:Default"] = null },
        builder => builder.Logging.AddProvider(_log),
        Args);
}
