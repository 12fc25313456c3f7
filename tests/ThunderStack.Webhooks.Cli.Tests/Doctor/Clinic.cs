using System.Text.Json;
using ThunderStack.Webhooks.Cli.Tests.Running;
using ThunderStack.Webhooks.Testing;

namespace ThunderStack.Webhooks.Cli.Tests.Doctor;

/// <summary>A cloud, a receiver and its settings file: all well, until a test says otherwise.</summary>
internal sealed class Clinic : IAsyncDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly TemporaryDirectory _inbox;

    private Clinic(RunningEmulator cloud, RunningReceiver receiver, TemporaryDirectory inbox) =>
        (Cloud, Receiver, _inbox) = (cloud, receiver, inbox);

    public RunningEmulator Cloud { get; }

    public RunningReceiver Receiver { get; }

    /// <summary>The section ThunderStack of the settings file.</summary>
    public Dictionary<string, object> Settings { get; } = [];

    public string Url => Receiver.WebhookUrl;

    public static async Task<Clinic> OpenAsync()
    {
        var cloud = await RunningEmulator.StartAsync(("Nodes:0:NodeId", "node-a"), ("Nodes:1:NodeId", "node-b"), ("ApiToken", "the-token"));
        var inbox = new TemporaryDirectory();
        var receiver = await RunningReceiver.StartAsync(
            inbox.File("inbox.db"), ("PublicKey:Pinned:0", null), ("Cloud:BaseAddress", cloud.Url), ("Cloud:ApiToken", "the-token"));
        var clinic = new Clinic(cloud, receiver, inbox);
        clinic.Settings["Nodes"] = new object[] { new { NodeId = "node-a" } };
        clinic.Settings["Cloud"] = new { BaseAddress = cloud.Url, ApiToken = "the-token" };
        await clinic.SetUrlAsync("node-a", receiver.WebhookUrl);
        return clinic;
    }

    public async Task SetUrlAsync(string node, string url) => (await ToolRun.ToolAsync(
        ["webhook", "set", node, url, "--cloud", Cloud.Url], new() { ["THUNDERSTACK_API_TOKEN"] = "the-token" })).ShouldEnd(Expected.Ok);

    /// <summary>Runs the doctor on the settings as they are.</summary>
    public Task<ToolRun> ExamineAsync(params string[] more) => ExamineWithAsync([], more);

    /// <summary>Runs the doctor on the settings as they are, with these variables.</summary>
    public async Task<ToolRun> ExamineWithAsync(Dictionary<string, string> environment, params string[] more)
    {
        var file = _directory.File("appsettings.json");
        await File.WriteAllTextAsync(
            file, JsonSerializer.Serialize(new Dictionary<string, object> { ["ThunderStack"] = Settings }), TestContext.Current.CancellationToken);
        return await ToolRun.ToolAsync(["doctor", "--settings", file, "-o", "json", .. more], environment);
    }

    public async ValueTask DisposeAsync()
    {
        await Receiver.DisposeAsync();
        await Cloud.DisposeAsync();
        _inbox.Dispose();
        _directory.Dispose();
    }
}
