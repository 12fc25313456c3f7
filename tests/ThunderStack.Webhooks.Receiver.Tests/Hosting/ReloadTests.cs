using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using ThunderStack.Webhooks.Configuration;
using ThunderStack.Webhooks.Handlers;
using ThunderStack.Webhooks.Nodes;
using ThunderStack.Webhooks.Testing;

namespace ThunderStack.Webhooks.Receiver.Tests.Hosting;

/// <summary>Nodes and handlers change while the receiver runs; what is not valid changes nothing.</summary>
public sealed class ReloadTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private string SettingsFile => _directory.File("nodes.json");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_node_that_is_added_is_accepted_without_a_restart_and_one_that_is_removed_is_not()
    {
        await using var receiver = await StartAsync(Nodes("node-a"));
        (await receiver.SendAsync(SignedDelivery.Valid().ForNode("node-new"))).StatusCode.Should().Be(HttpStatusCode.Forbidden);

        await ChangeAsync<NodesOptions>(receiver, Nodes("node-new"));

        (await receiver.SendAsync(SignedDelivery.Valid().ForNode("node-new"))).StatusCode.Should().Be(HttpStatusCode.OK);
        (await receiver.SendAsync(SignedDelivery.Valid().ForNode("node-a"))).StatusCode.Should().Be(HttpStatusCode.Forbidden);
    }

    [Theory]
    [InlineData("""{ "ThunderStack": { "Nodes": [ { "NodeId": "" } ] } }""")]
    [InlineData("""{ "ThunderStack": { "Nodes": [ """)]
    public async Task A_change_that_is_not_valid_changes_nothing(string broken)
    {
        await using var receiver = await StartAsync(Nodes("node-a"));

        File.WriteAllText(SettingsFile, broken);
        Reload(receiver);

        (await receiver.SendAsync(SignedDelivery.Valid())).StatusCode.Should().Be(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_handler_that_is_added_takes_part_from_then_on()
    {
        await using var recorder = await Recorder.StartAsync();
        await using var receiver = await StartAsync(Nodes("node-a"));
        (await receiver.SendAsync(SignedDelivery.Valid().WithStatus("BEFORE"))).EnsureSuccessStatusCode();

        await ChangeAsync<HandlersOptions>(receiver, $$"""
            { "ThunderStack": { "Nodes": [ { "NodeId": "node-a" } ], "Handlers": { "ops": { "Type": "Forward", "Url": "{{recorder.Address}}" } } } }
            """);
        await Eventually.TrueAsync(async () =>
        {
            // Registration follows the change in the background: send until one arrives.
            (await receiver.SendAsync(SignedDelivery.Valid().WithStatus($"AFTER_{Guid.NewGuid():N}"))).EnsureSuccessStatusCode();
            return !recorder.Requests.IsEmpty;
        });

        recorder.Requests.Should().NotContain(r => r.Text.Contains("BEFORE", StringComparison.Ordinal));
    }

    private static string Nodes(params string[] ids) =>
        JsonSerializer.Serialize(new { ThunderStack = new { Nodes = ids.Select(id => new { NodeId = id }) } });

    private static void Reload(ReceiverHost receiver)
    {
        try
        {
            ((IConfigurationRoot)receiver.Services.GetRequiredService<IConfiguration>()).Reload();
        }
        catch (InvalidDataException)
        {
            // What the file watcher would have swallowed.
        }
    }

    private async Task<ReceiverHost> StartAsync(string settings)
    {
        await File.WriteAllTextAsync(SettingsFile, settings, TestContext.Current.CancellationToken);
        return await ReceiverHost.StartAsync(
            new Dictionary<string, string?> { ["ThunderStack:Nodes:0:NodeId"] = null },
            builder => builder.Configuration.AddJsonFile(SettingsFile, optional: false, reloadOnChange: false));
    }

    private async Task ChangeAsync<TOptions>(ReceiverHost receiver, string settings)
        where TOptions : class
    {
        var changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        receiver.Services.GetRequiredService<ReloadableOptions<TOptions>>().Changed += _ => changed.TrySetResult();
        await File.WriteAllTextAsync(SettingsFile, settings, TestContext.Current.CancellationToken);
        Reload(receiver);
        await changed.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }
}
