using System.Text.Json;
using ThunderStack.Webhooks.Cli.Tests.Running;
using ThunderStack.Webhooks.Testing;

namespace ThunderStack.Webhooks.Cli.Tests.Doctor;

/// <summary>Settings of a receiver: all well, until a test says otherwise. The servers are the class's, and are put right first.</summary>
internal sealed class Clinic : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly ClinicServers _servers;

    private Clinic(ClinicServers servers) => _servers = servers;

    public RunningEmulator Cloud => _servers.Cloud;

    public RunningReceiver Receiver => _servers.Receiver;

    /// <summary>The section ThunderStack of the settings file.</summary>
    public Dictionary<string, object> Settings { get; } = [];

    public string Url => Receiver.WebhookUrl;

    public static async Task<Clinic> OpenAsync(ClinicServers servers)
    {
        var clinic = new Clinic(servers);
        clinic.Settings["Nodes"] = new object[] { new { NodeId = "node-a" } };
        clinic.Settings["Cloud"] = new { BaseAddress = servers.Cloud.Url, ApiToken = "the-token" };
        await clinic.SetUrlAsync("node-a", servers.Receiver.WebhookUrl);
        (await ToolRun.ToolAsync(["webhook", "clear", "node-b", "--cloud", servers.Cloud.Url], new() { ["THUNDERSTACK_API_TOKEN"] = "the-token" })).ShouldEnd(Expected.Ok);
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

    public void Dispose() => _directory.Dispose();
}
