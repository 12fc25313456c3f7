using ThunderStack.Webhooks.Cli.Cloud;

namespace ThunderStack.Webhooks.Cli.Nodes;

/// <summary><c>nodes show</c>.</summary>
internal sealed class ShowNodeCommand : CloudCommand
{
    private readonly Argument<string> _id = NodeIdArgument.Create();

    public ShowNodeCommand()
        : base("show", "Show a node.") => Add(_id);

    public override IReadOnlyList<string> Examples => ["nodes show my-node"];

    protected override async Task<ExitCode> RunAsync(
        CloudSession cloud, ParseResult arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        var id = arguments.GetRequiredValue(_id);
        terminal.WriteNode(await cloud.AskAsync((client, token) => client.Nodes.GetAsync(id, token), cancellationToken));
        return ExitCode.Ok;
    }
}
