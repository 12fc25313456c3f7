using ThunderStack.Webhooks.Cli.Cloud;
using ThunderStack.Webhooks.Cli.Nodes;

namespace ThunderStack.Webhooks.Cli.Webhook;

/// <summary><c>webhook show</c>.</summary>
internal sealed class ShowWebhookCommand : CloudCommand
{
    private readonly Argument<string> _id = NodeIdArgument.Create();

    public ShowWebhookCommand()
        : base("show", "Show where the cloud posts a node's events.") => Add(_id);

    public override IReadOnlyList<string> Examples => ["webhook show my-node"];

    protected override async Task<ExitCode> RunAsync(
        CloudSession cloud, ParseResult arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        var id = arguments.GetRequiredValue(_id);
        var node = NodeView.Of(await cloud.AskAsync((client, token) => client.Nodes.GetAsync(id, token), cancellationToken));
        terminal.Write(new WebhookView(node.NodeId, node.WebhookUrl), view =>
        {
            if (view.WebhookUrl is null)
            {
                terminal.Note($"{id} has no webhook URL: webhook set gives it one.");
            }
            else
            {
                terminal.WriteLine(view.WebhookUrl);
            }
        });
        return ExitCode.Ok;
    }

    private sealed record WebhookView(string NodeId, string? WebhookUrl);
}
