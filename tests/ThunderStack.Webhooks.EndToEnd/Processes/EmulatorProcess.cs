using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace ThunderStack.Webhooks.EndToEnd.Processes;

/// <summary>The emulated cloud in a process of its own, with nodes that change only when a test says so.</summary>
internal sealed partial class EmulatorProcess : IAsyncDisposable
{
    private static readonly HttpClient Http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(30) };
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(120);

    private readonly ChildProcess _process;
    private readonly TaskCompletionSource<Uri> _address = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private EmulatorProcess(IEnumerable<string> nodes, string directory, IReadOnlyDictionary<string, string>? passwords)
    {
        var environment = new Dictionary<string, string> { ["ASPNETCORE_URLS"] = "http://127.0.0.1:0", ["TMPDIR"] = directory };
        foreach (var (index, node) in nodes.Index())
        {
            environment[$"Emulator__Nodes__{index}__NodeId"] = node;
            if (passwords is not null)
            {
                environment[$"Emulator__Nodes__{index}__Password"] = passwords[node];
            }
        }

        _process = ChildProcess.Start(BuiltProgram.Emulator, [], environment, directory, ReadAddress);
    }

    public Uri Address => _address.Task.Result;

    public static async Task<EmulatorProcess> StartAsync(IEnumerable<string> nodes, string directory, IReadOnlyDictionary<string, string>? passwords = null)
    {
        var emulator = new EmulatorProcess(nodes, directory, passwords);
        try
        {
            await emulator._address.Task.WaitAsync(StartTimeout, TimeProvider.System, TestContext.Current.CancellationToken);
            return emulator;
        }
        catch (TimeoutException)
        {
            var output = emulator._process.Output;
            await emulator.DisposeAsync();
            throw new TimeoutException($"The emulator does not listen. It wrote:\n{output}");
        }
    }

    /// <summary>Changes a node and tells the receiver.</summary>
    /// <returns>What the receiver answered.</returns>
    public async Task<int> SendAsync(string node, string status, Uri webhook)
    {
        var sent = await PostAsync(new { nodeId = node, status, url = webhook.ToString() });
        return sent.GetProperty("answer").GetProperty("status").GetInt32();
    }

    /// <summary>Changes a node and tells nobody.</summary>
    public Task ChangeSilentlyAsync(string node, string status) =>
        PostAsync(new { nodeId = node, status, fault = "Lost", url = "http://127.0.0.1:9/" });

    /// <summary>The status of every node.</summary>
    public async Task<IReadOnlyDictionary<string, string>> StatusesAsync()
    {
        var answer = await Http.GetFromJsonAsync<JsonElement>(new Uri(Address, "/api/nodes"), TestContext.Current.CancellationToken);
        return answer.GetProperty("nodes").EnumerateArray()
            .ToDictionary(node => node.GetProperty("nodeId").GetString()!, node => node.GetProperty("status").GetString()!);
    }

    public async Task<string> PublicKeyAsync()
    {
        var answer = await Http.GetFromJsonAsync<JsonElement>(new Uri(Address, "/api/webhook-public-key"), TestContext.Current.CancellationToken);
        return answer.GetProperty("data").GetString()!;
    }

    /// <summary>Ends the faults of the nodes' own API, and begins these.</summary>
    public async Task SetNodeFaultsAsync(IEnumerable<string> faults)
    {
        var control = new Uri(Address, "/emulator/node-faults");
        using var ended = await Http.DeleteAsync(control, TestContext.Current.CancellationToken);
        foreach (var fault in faults)
        {
            using var begun = await Http.PostAsync(control, new StringContent(fault), TestContext.Current.CancellationToken);
            begun.IsSuccessStatusCode.Should().BeTrue(await begun.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        }
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    [GeneratedRegex("Now listening on: (?<address>http://[0-9.]+:[0-9]+)")]
    private static partial Regex Listening();

    private async Task<JsonElement> PostAsync(object request)
    {
        using var response = await Http.PostAsJsonAsync(new Uri(Address, "/emulator/events"), request, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        response.IsSuccessStatusCode.Should().BeTrue(text);
        using var json = JsonDocument.Parse(text);
        return json.RootElement.Clone();
    }

    private void ReadAddress(string line)
    {
        if (!_address.Task.IsCompleted && Listening().Match(line) is { Success: true } match)
        {
            _address.TrySetResult(new Uri(match.Groups["address"].Value));
        }
    }
}
