using ThunderStack.Webhooks.Cli.Cloud;
using ThunderStack.Webhooks.Cli.Nodes;

namespace ThunderStack.Webhooks.Cli.Webhook;

/// <summary><c>webhook set</c>.</summary>
internal sealed class SetWebhookCommand : CloudCommand
{
    private readonly Argument<string> _id = NodeIdArgument.Create();
    private readonly Argument<Uri?> _url = new("url")
    {
        Description = "The receiver's public URL: https, or http on this machine.",
        Arity = ArgumentArity.ExactlyOne,
        CustomParser = WebhookUrl.Read,
    };

    public SetWebhookCommand()
        : base("set", "Set where the cloud posts a node's events.")
    {
        Add(_id);
        Add(_url);
    }

    public override IReadOnlyList<string> Examples => ["webhook set my-node https://hooks.example.com/webhooks/thunderstack"];

    protected override async Task<ExitCode> RunAsync(
        CloudSession cloud, ParseResult arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        var id = arguments.GetRequiredValue(_id);
        var url = arguments.GetValue(_url)!;

        // Looked up first: the cloud does not tell an unknown node from a URL that it refuses.
        var before = NodeView.Of(await cloud.AskAsync((client, token) => client.Nodes.GetAsync(id, token), cancellationToken)).WebhookUrl;
        var message = await cloud.AskAsync((client, token) => client.Nodes.SetWebhookUrlAsync(id, url, token), cancellationToken);
        terminal.WriteDone(id, $"its events go to {url.AbsoluteUri}{(before is null || before == url.AbsoluteUri ? "" : $", no longer to {before}")}", message);
        return ExitCode.Ok;
    }
}
