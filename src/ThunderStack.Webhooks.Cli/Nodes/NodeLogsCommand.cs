using ThunderStack.Webhooks.Cli.Cloud;

namespace ThunderStack.Webhooks.Cli.Nodes;

/// <summary><c>nodes logs</c>.</summary>
internal sealed class NodeLogsCommand : CloudCommand
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Argument<string> _id = NodeIdArgument.Create();

    public NodeLogsCommand()
        : base("logs", "Have a node's logs collected, and print where they are. Whoever has such a URL can read the log.") => Add(_id);

    public override IReadOnlyList<string> Examples => ["nodes logs my-node", "nodes logs my-node | xargs -n 1 curl --remote-name"];

    protected override async Task<ExitCode> RunAsync(
        CloudSession cloud, ParseResult arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        var id = arguments.GetRequiredValue(_id);
        var started = TimeProvider.System.GetTimestamp();
        var task = await cloud.AskAsync((client, token) => client.Nodes.RequestLogsAsync(id, token), cancellationToken);
        IReadOnlyList<Uri> urls;
        while ((urls = await cloud.AskAsync((client, token) => client.Nodes.GetLogUrlsAsync(id, task, token), cancellationToken)).Count == 0)
        {
            if (TimeProvider.System.GetElapsedTime(started) > Patience)
            {
                throw new CommandException(ExitCode.Unavailable, $"The cloud has not collected the logs of {id} within {Patience.TotalMinutes:0} minutes: try again later.");
            }

            await Task.Delay(Pause, TimeProvider.System, cancellationToken);
        }

        terminal.Write(urls.Select(url => url.AbsoluteUri), addresses =>
        {
            foreach (var address in addresses)
            {
                terminal.WriteLine(address);
            }
        });
        return ExitCode.Ok;
    }
}
