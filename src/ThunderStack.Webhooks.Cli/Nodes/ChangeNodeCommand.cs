using ThunderStack.Cloud.Nodes;
using ThunderStack.Webhooks.Cli.Cloud;

namespace ThunderStack.Webhooks.Cli.Nodes;

/// <summary><c>nodes start</c> and <c>nodes stop</c>.</summary>
internal sealed class ChangeNodeCommand : CloudCommand
{
    private readonly Argument<string> _id = NodeIdArgument.Create();
    private readonly Func<CloudNodesClient, string, CancellationToken, Task<string?>> _change;
    private readonly string _done;

    private ChangeNodeCommand(
        string name, string description, string done, Func<CloudNodesClient, string, CancellationToken, Task<string?>> change)
        : base(name, description)
    {
        _change = change;
        _done = done;
        Add(_id);
    }

    public override IReadOnlyList<string> Examples => [$"nodes {Name} my-node"];

    public static ChangeNodeCommand Start() => new(
        "start", "Start a node that is paused.", "asked to start", (nodes, id, cancellationToken) => nodes.StartAsync(id, cancellationToken));

    public static ChangeNodeCommand Stop() => new(
        "stop", "Stop a node; it is paused until you start it.", "asked to stop", (nodes, id, cancellationToken) => nodes.StopAsync(id, cancellationToken));

    protected override async Task<ExitCode> RunAsync(
        CloudSession cloud, ParseResult arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        var id = arguments.GetRequiredValue(_id);
        terminal.WriteDone(id, _done, await cloud.AskAsync((client, token) => _change(client.Nodes, id, token), cancellationToken));
        return ExitCode.Ok;
    }
}
