using ThunderStack.Cloud.Nodes;
using ThunderStack.Webhooks.Cli.Cloud;
using ThunderStack.Webhooks.Cli.Webhook;

namespace ThunderStack.Webhooks.Cli.Nodes;

/// <summary><c>nodes create</c>.</summary>
internal sealed class CreateNodeCommand : CloudCommand
{
    private readonly Option<string> _name = new("--name") { Description = "The node's name.", HelpName = "NAME", Required = true };
    private readonly Option<string> _network = new("--network")
    {
        Description = "The Bitcoin network: regtest, testnet, or another that the cloud knows.",
        HelpName = "NETWORK",
        Required = true,
    };

    private readonly Option<Uri?> _webhookUrl = new("--webhook-url")
    {
        Description = "Where the cloud posts the node's events, from the first on.",
        HelpName = "URL",
        CustomParser = WebhookUrl.Read,
    };

    public CreateNodeCommand()
        : base("create", "Create a node. It is asked for once; if there is no answer, list the nodes before you try again.")
    {
        Add(_name);
        Add(_network);
        Add(_webhookUrl);
        Requires("--name is empty.", given => !string.IsNullOrWhiteSpace(given.GetValue(_name)));
    }

    public override IReadOnlyList<string> Examples =>
        ["nodes create --name my-node --network testnet --webhook-url https://hooks.example.com/webhooks/thunderstack"];

    protected override async Task<ExitCode> RunAsync(
        CloudSession cloud, ParseResult arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        var node = new NewCloudNode
        {
            Name = arguments.GetRequiredValue(_name),
            Network = new CloudNetwork(arguments.GetRequiredValue(_network)),
            WebhookUrl = arguments.GetValue(_webhookUrl),
        };
        terminal.WriteNode(await cloud.AskAsync((client, token) => client.Nodes.CreateAsync(node, token), cancellationToken));
        if (!terminal.IsJson)
        {
            terminal.Note("Until it is RUNNING can take ten minutes. Add its id to the receiver's ThunderStack:Nodes now, or its events are refused.");
        }

        return ExitCode.Ok;
    }
}
