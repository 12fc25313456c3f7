using ThunderStack.Webhooks.Cli.Cloud;
using ThunderStack.Webhooks.Cli.Commands;

namespace ThunderStack.Webhooks.Cli.Nodes;

/// <summary><c>nodes destroy</c>.</summary>
internal sealed class DestroyNodeCommand : CloudCommand
{
    private readonly Argument<string> _id = NodeIdArgument.Create();
    private readonly Confirmation _confirmation = new();

    public DestroyNodeCommand()
        : base("destroy", "Destroy a node for good, with all it holds. Asks first.")
    {
        Add(_id);
        _confirmation.AddTo(this);
    }

    public override IReadOnlyList<string> Examples => ["nodes destroy my-node", "nodes destroy my-node --yes"];

    protected override async Task<ExitCode> RunAsync(
        CloudSession cloud, ParseResult arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        // Looked up first: the question names the node, and a mistyped id is told before anything is asked.
        var id = arguments.GetRequiredValue(_id);
        var node = NodeView.Of(await cloud.AskAsync((client, token) => client.Nodes.GetAsync(id, token), cancellationToken));
        await _confirmation.AskAsync(
            $"Destroy {node.NodeId} ({node.Name ?? "no name"}, {node.Network ?? "?"}, {node.Status ?? "?"}) for good?", arguments, terminal, cancellationToken);
        terminal.WriteDone(
            id, "asked to be destroyed", await cloud.AskAsync((client, token) => client.Nodes.DestroyAsync(id, token), cancellationToken));
        return ExitCode.Ok;
    }
}
