using ThunderStack.Cloud.Nodes;
using ThunderStack.Webhooks.Cli.Cloud;
using ThunderStack.Webhooks.Cli.Commands;

namespace ThunderStack.Webhooks.Cli.Nodes;

/// <summary><c>nodes restart</c>: the cloud has no such call, so it stops a node and starts it again.</summary>
internal sealed class RestartNodeCommand : CloudCommand
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly Argument<string> _id = NodeIdArgument.Create();
    private readonly Confirmation _confirmation = new();

    public RestartNodeCommand()
        : base("restart", "Stop a node, wait until it is paused, and start it again. It is locked then. Asks first.")
    {
        Add(_id);
        _confirmation.AddTo(this);
    }

    public override IReadOnlyList<string> Examples => ["nodes restart my-node", "nodes restart my-node --yes"];

    protected override async Task<ExitCode> RunAsync(
        CloudSession cloud, ParseResult arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        var id = arguments.GetRequiredValue(_id);
        var node = await GetAsync(cloud, id, cancellationToken);
        await _confirmation.AskAsync(
            $"Restart {id} ({node.Name ?? "no name"}, {node.Status?.ToString() ?? "?"})? It is offline until somebody unlocks it.", arguments, terminal, cancellationToken);
        if (!IsStopped(node))
        {
            await cloud.AskAsync((client, token) => client.Nodes.StopAsync(id, token), cancellationToken);
            await UntilStoppedAsync(cloud, id, cancellationToken);
        }

        var says = await cloud.AskAsync((client, token) => client.Nodes.StartAsync(id, token), cancellationToken);
        terminal.WriteDone(id, "asked to start again", says);
        if (!terminal.IsJson)
        {
            terminal.Note($"It is locked once it is RUNNING: thunderstack nodes unlock {id}");
        }

        return ExitCode.Ok;
    }

    private static async Task UntilStoppedAsync(CloudSession cloud, string id, CancellationToken cancellationToken)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (await GetAsync(cloud, id, cancellationToken) is var node && !IsStopped(node))
        {
            if (TimeProvider.System.GetElapsedTime(started) > Patience)
            {
                throw new CommandException(
                    ExitCode.Unavailable,
                    $"{id} was asked to stop and is {node.Status?.ToString() ?? "?"} after {Patience.TotalMinutes:0} minutes. Once it is PAUSED, start it with nodes start {id}.");
            }

            await Task.Delay(Pause, TimeProvider.System, cancellationToken);
        }
    }

    private static Task<CloudNode> GetAsync(CloudSession cloud, string id, CancellationToken cancellationToken) =>
        cloud.AskAsync((client, token) => client.Nodes.GetAsync(id, token), cancellationToken);

    private static bool IsStopped(CloudNode node) => node.Status == CloudNodeStatus.Paused || node.Status == CloudNodeStatus.Failed;
}
