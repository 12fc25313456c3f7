using ThunderStack.Webhooks.Cli.Commands;
using ThunderStack.Webhooks.Cli.Sources;

namespace ThunderStack.Webhooks.Cli.Inbox;

/// <summary><c>inbox show</c>.</summary>
internal sealed class ShowEventCommand : ToolCommand
{
    private readonly SourceOptions _source = new();
    private readonly Argument<EventIdText?> _id = EventIdArgument.Create("The event's id, or the end of it as inbox list shows it.", isOptional: false);

    public ShowEventCommand()
        : base("show", "Show an event with its exact body, its signature and its deliveries.")
    {
        Add(_id);
        _source.AddTo(this);
    }

    public override IReadOnlyList<string> Examples => ["inbox show 24ccf9434d", "inbox show 24ccf9434d --receiver http://127.0.0.1:8081", "inbox show 019301588a00044a043db95c05fea84b87d0e9b2a12ee829998e7a24ccf9434d --output json"];

    protected override async Task<ExitCode> RunAsync(ParseResult arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        await using var source = await _source.OpenAsync(arguments, terminal, cancellationToken);
        terminal.Write(await arguments.GetValue(_id)!.Value.FindAsync(source, cancellationToken), view => Write(terminal, view));
        return ExitCode.Ok;
    }

    private static void Write(Terminal terminal, EventDetailView view)
    {
        terminal.WriteFields(
            ("event", view.Event.EventId),
            ("node", view.Event.NodeId),
            ("type", view.Event.EventType),
            ("status", view.Event.Status),
            ("sent", view.Event.EventTimestamp),
            ("received", TextForms.Of(view.Event.ReceivedAt)),
            ("source", view.Event.Source.ToString().ToLowerInvariant()),
            ("key", view.Event.KeyFingerprint),
            ("signature", view.Signature),
            ("body", view.Body));
        if (view.Deliveries.Count > 0)
        {
            terminal.WriteLine();
            terminal.WriteTable(
                view.Deliveries,
                none: null,
                ["HANDLER", "STATE", "ATTEMPTS", "LAST", "NEXT", "ERROR"],
                delivery =>
                [
                    delivery.Handler,
                    TextForms.Of(delivery.State),
                    delivery.Attempts.ToString(),
                    TextForms.ToSecond(delivery.At),
                    delivery.DueAt is { } due && delivery.State == Webhooks.Inbox.DeliveryState.Scheduled ? TextForms.ToSecond(due) : "-",
                    delivery.Error ?? "",
                ]);
        }
    }
}
