using ThunderStack.Webhooks.Cli.Cloud;
using ThunderStack.Webhooks.Cli.Nodes;

namespace ThunderStack.Webhooks.Cli.Webhook;

/// <summary><c>webhook clear</c>.</summary>
internal sealed class ClearWebhookCommand : CloudCommand
{
    private readonly Argument<string> _id = NodeIdArgument.Create();

    public ClearWebhookCommand()
        : base("clear", "Let the cloud post a node's events nowhere.") => Add(_id);

    public override IReadOnlyList<string> Examples => ["webhook clear my-node"];

    protected override async Task<ExitCode> RunAsync(
        CloudSession cloud, ParseResult arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        var id = arguments.GetRequiredValue(_id);

        // Looked up first: the cloud does not tell an unknown node from a URL that it refuses.
        var before = NodeView.Of(await cloud.AskAsync((client, token) => client.Nodes.GetAsync(id, token), cancellationToken)).WebhookUrl;
        var message = await cloud.AskAsync((client, token) => client.Nodes.SetWebhookUrlAsync(id, null, token), cancellationToken);
        terminal.WriteDone(id, $"its events go nowhere{(before is null ? "" : $", no longer to {before}")}", message);
        return ExitCode.Ok;
    }
}
