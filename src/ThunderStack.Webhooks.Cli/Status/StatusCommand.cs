using ThunderStack.Webhooks.Cli.Commands;
using ThunderStack.Webhooks.Cli.Conditions;
using ThunderStack.Webhooks.Cli.Handlers;
using ThunderStack.Webhooks.Cli.Inbox;
using ThunderStack.Webhooks.Cli.Sources;

namespace ThunderStack.Webhooks.Cli.Status;

/// <summary><c>status</c>.</summary>
internal sealed class StatusCommand : ToolCommand
{
    private readonly SourceOptions _source = new();

    public StatusCommand()
        : base("status", "Show what needs a person, how the nodes are, and what waits for the handlers. The receiver may be running.") => _source.AddTo(this);

    public override IReadOnlyList<string> Examples => ["status --receiver http://127.0.0.1:8081", "status --inbox data/inbox.db --output json"];

    protected override async Task<ExitCode> RunAsync(ParseResult arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        await using var source = await _source.OpenAsync(arguments, terminal, cancellationToken);
        terminal.Write(await source.ReadStatusAsync(cancellationToken), status => Write(terminal, status));
        return ExitCode.Ok;
    }

    private static void Write(Terminal terminal, InboxStatus status)
    {
        if (status.Receiver is { } receiver)
        {
            WriteReceiver(terminal, receiver);
        }

        terminal.WriteConditions(status.Conditions);
        WriteNodes(terminal, status.Nodes);
        if (status.Handlers.Count > 0)
        {
            terminal.WriteLine();
        }

        terminal.WriteHandlers(status.Handlers);
    }

    private static void WriteReceiver(Terminal terminal, ReceiverStatusView receiver)
    {
        terminal.WriteFields(
            ("receiver", receiver.Version),
            ("key", receiver.KeyFingerprint ?? "none yet: it cannot verify events"),
            ("inbox", receiver.InboxProblem is { } problem ? $"cannot store events: {problem}" : "stores events"));
        terminal.WriteLine();
    }

    private static void WriteNodes(Terminal terminal, IReadOnlyList<NodeStatusView> nodes)
    {
        var isWatched = nodes.Any(node => node.Readiness is not null);
        if (nodes.Count > 0)
        {
            terminal.WriteLine();
        }

        terminal.WriteTable(
            nodes,
            "No node has told its status yet.",
            isWatched ? ["NODE", "STATUS", "READINESS", "SINCE", "EVENT"] : ["NODE", "STATUS", "SINCE", "EVENT"],
            node =>
            {
                string[] named = [node.Name is { Length: > 0 } name ? $"{node.NodeId} ({name})" : node.NodeId, node.Status];
                string[] rest = [TextForms.ToSecond(node.Since), node.EventId is { } id ? EventIdText.Shorten(id) : "-"];
                return isWatched ? [.. named, node.Readiness ?? "-", .. rest] : [.. named, .. rest];
            });
    }
}
