using System.CommandLine;
using ThunderStack.Webhooks.Cli.Commands;
using ThunderStack.Webhooks.Cli.Inbox;
using ThunderStack.Webhooks.Cli.Output;

namespace ThunderStack.Webhooks.Cli.Status;

/// <summary><c>status</c>.</summary>
internal sealed class StatusCommand : ToolCommand
{
    private readonly InboxLocationOption _inbox = new();

    public StatusCommand()
        : base("status", "Show what needs a person, how the nodes are, and what waits for the handlers. The receiver may be running.") => _inbox.AddTo(this);

    public override IReadOnlyList<string> Examples => ["status --inbox data/inbox.db", "status --output json"];

    protected override async Task<ExitCode> RunAsync(ParseResult arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        await using var inbox = await _inbox.Read(arguments).OpenReaderAsync(cancellationToken);
        var status = await InboxStatus.ReadAsync(inbox, cancellationToken);
        if (terminal.IsJson)
        {
            terminal.WriteJson(status);
            return ExitCode.Ok;
        }

        WriteConditions(terminal, status);
        WriteNodes(terminal, status);
        WriteHandlers(terminal, status);
        return ExitCode.Ok;
    }

    private static void WriteConditions(Terminal terminal, InboxStatus status)
    {
        if (status.Conditions.Count == 0)
        {
            terminal.WriteLine("Nothing needs you.");
            return;
        }

        foreach (var condition in status.Conditions)
        {
            terminal.WriteLine($"{condition.Severity.ToString().ToUpperInvariant()} {condition.Message} (since {TextForms.ToSecond(condition.Since)})");
            if (condition.Remedy is { } remedy)
            {
                terminal.WriteLine($"  {remedy}");
            }
        }
    }

    private static void WriteNodes(Terminal terminal, InboxStatus status)
    {
        if (status.Nodes.Count == 0)
        {
            terminal.Note("No node has told its status yet.");
            return;
        }

        terminal.WriteLine("");
        terminal.WriteTable(
            ["NODE", "STATUS", "SINCE", "EVENT"],
            status.Nodes.Select(node => (IReadOnlyList<string>)
                [node.NodeId, node.Status, TextForms.ToSecond(node.Since), EventIdText.Shorten(node.EventId)]));
    }

    private static void WriteHandlers(Terminal terminal, InboxStatus status)
    {
        if (status.Handlers.Count == 0)
        {
            terminal.Note("No handler has taken part yet.");
            return;
        }

        terminal.WriteLine("");
        terminal.WriteTable(
            ["HANDLER", "PENDING", "SCHEDULED", "OLDEST", "DEAD LETTERS"],
            status.Handlers.Select(handler => (IReadOnlyList<string>)
            [
                handler.Handler,
                handler.Pending.ToString(),
                handler.Scheduled.ToString(),
                handler.OldestReceivedAt is { } oldest ? TextForms.ToSecond(oldest) : "-",
                handler.DeadLetters.ToString(),
            ]));
    }
}
