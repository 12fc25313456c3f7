using ThunderStack.Webhooks.Cli.Tests.Inbox;
using ThunderStack.Webhooks.Testing;

namespace ThunderStack.Webhooks.Cli.Tests.Running;

/// <summary>
/// A receiver with its management API, and a handler <c>ops</c> that refuses everything for good until it is told otherwise.
/// One for a class of tests: each takes nodes of its own.
/// </summary>
public sealed class ManagedReceiver : IAsyncLifetime
{
    public const string ReadKey = "0123456789abcdef0123456789abcdef-read";
    public const string OperateKey = "0123456789abcdef0123456789abcdef-operate";

    private readonly TestInbox _inbox = new();
    private Recorder _handler = null!;
    private RunningReceiver _receiver = null!;
    private int _sent;

    /// <summary>Whether the handler takes what it is given.</summary>
    public bool IsWell { get; set; }

    /// <summary>Where the management API answers.</summary>
    public string Url { get; private set; } = "";

    public string InboxPath => _inbox.Path;

    public string WebhookUrl => _receiver.WebhookUrl;

    private static CancellationToken None => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _handler = await Recorder.StartAsync();
        _handler.Answer = (_, context) =>
        {
            context.Response.StatusCode = IsWell ? 200 : 410;
            return Task.CompletedTask;
        };
        var port = LoopbackPort.FindFree();
        Url = $"http://127.0.0.1:{port}";
        _receiver = await RunningReceiver.StartAsync(
            _inbox.Path,
            [
                .. Enumerable.Range(0, 26).Select(number => ($"Nodes:{number}:NodeId", (string?)$"node-{(char)('a' + number)}")),
                ("Nodes:26:NodeId", "n\u202eevil\u2066\u200b\u2028x"),
                ("Management:Port", $"{port}"),
                ("Management:ApiKeys:viewer:Key", ReadKey),
                ("Management:ApiKeys:viewer:Role", "Read"),
                ("Management:ApiKeys:people:Key", OperateKey),
                ("Management:ApiKeys:people:Role", "Operate"),
                ("Handlers:log:Type", "Log"),
                ("Handlers:ops:Type", "Forward"),
                ("Handlers:ops:Url", _handler.Address.AbsoluteUri),
            ]);
    }

    public async ValueTask DisposeAsync()
    {
        await _receiver.DisposeAsync();
        await _handler.DisposeAsync();
        _inbox.Dispose();
    }

    /// <summary>Sends an event, and waits until both handlers are through with it.</summary>
    public async Task ReceiveAsync(string node, string status = "RUNNING")
    {
        await SendAsync(node, status);
        await Eventually.TrueAsync(
            async () => await IsQuietAsync(), "the handlers are through with it");
    }

    /// <summary>Sends an event.</summary>
    public async Task SendAsync(string node, string status = "RUNNING")
    {
        var at = TimeProvider.System.GetUtcNow().AddMilliseconds(Interlocked.Increment(ref _sent));
        (await _receiver.SendAsync(SignedDelivery.Valid().ForNode(node).WithStatus(status).At(at))).EnsureSuccessStatusCode();
    }

    /// <summary>Runs the tool on this receiver.</summary>
    internal Task<ToolRun> AskAsync(params IEnumerable<string> arguments) => AskWithAsync(OperateKey, arguments);

    /// <summary>Runs the tool on this receiver with a key.</summary>
    internal Task<ToolRun> AskWithAsync(string key, params IEnumerable<string> arguments) =>
        ToolRun.ToolAsync([.. arguments, "--receiver", Url], new() { ["THUNDERSTACK_API_KEY"] = key });

    /// <summary>Runs the tool on one of both sources.</summary>
    internal Task<ToolRun> AskAsync(Source source, params IEnumerable<string> arguments) =>
        source == Source.Receiver ? AskAsync(arguments) : ToolRun.ToolAsync([.. arguments, "--inbox", InboxPath]);

    private async Task<bool> IsQuietAsync()
    {
        var events = await _receiver.Inbox.ListAsync(new() { Limit = 1 }, None);
        return (await _receiver.Inbox.ListDeliveriesAsync(events[0].Id, None)).Count == 2
            && (await _receiver.Inbox.ListBacklogAsync("ops", None)).Count == 0
            && (await _receiver.Inbox.ListBacklogAsync("log", None)).Count == 0;
    }
}

/// <summary>Whom the tool asks.</summary>
public enum Source
{
    Database,
    Receiver,
}
