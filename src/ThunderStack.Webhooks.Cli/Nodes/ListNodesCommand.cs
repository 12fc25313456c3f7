using ThunderStack.Webhooks.Cli.Cloud;

namespace ThunderStack.Webhooks.Cli.Nodes;

/// <summary><c>nodes list</c>.</summary>
internal sealed class ListNodesCommand() : CloudCommand("list", "List the nodes of the account, with their status and webhook URL.")
{
    public override IReadOnlyList<string> Examples => ["nodes list", "nodes list --output json | jq -r '.[].nodeId'"];

    protected override async Task<ExitCode> RunAsync(
        CloudSession cloud, ParseResult arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        terminal.WriteNodes(await cloud.AskAsync((client, token) => client.Nodes.ListAsync(token), cancellationToken));
        return ExitCode.Ok;
    }
}
