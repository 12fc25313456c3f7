using ThunderStack.Webhooks.Cli.Commands;
using ThunderStack.Webhooks.Cli.Sources;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Inbox;

namespace ThunderStack.Webhooks.Cli.Inbox;

/// <summary>What <c>inbox replay</c> and <c>inbox discard</c> share: which deliveries, and that they are named on purpose.</summary>
internal abstract class DeliveryCommand : ToolCommand
{
    private readonly SourceOptions _source = new();
    private readonly EventFilterOptions _filter = new();
    private readonly Argument<EventIdText?> _id = EventIdArgument.Create("Only this event: its id, or the end of it as inbox list shows it.", isOptional: true);
    private readonly Option<string?> _handler = new("--handler") { Description = "Only deliveries to this handler.", HelpName = "NAME" };
    private readonly Option<bool> _all = new("--all") { Description = "All of them." };

    protected DeliveryCommand(string name, string description)
        : base(name, description)
    {
        Add(_id);
        Add(_handler);
        _filter.AddTo(this);
        Add(_all);
        _source.AddTo(this);
        Requires(
            "Name an event, filter, or write --all.",
            given => given.GetValue(_all) || given.GetValue(_id) is not null || given.GetValue(_handler) is not null || _filter.IsGiven(given));
    }

    /// <summary>Changes the deliveries of one handler. Returns how many.</summary>
    protected abstract Task<int> ChangeAsync(
        IInboxSource inbox, DeliveryFilter filter, ParseResult arguments, CancellationToken cancellationToken);

    /// <summary>Asks whether to go on.</summary>
    protected abstract Task ConfirmAsync(ParseResult arguments, Terminal terminal, CancellationToken cancellationToken);

    /// <summary>What was done to so many, in a sentence.</summary>
    protected abstract string Describe(int count);

    protected override async Task<ExitCode> RunAsync(ParseResult arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        await ConfirmAsync(arguments, terminal, cancellationToken);
        await using var inbox = await _source.OpenForChangeAsync(arguments, terminal, cancellationToken);
        var known = (await inbox.ListHandlersAsync(cancellationToken)).Select(handler => handler.Handler).ToList();
        var wanted = arguments.GetValue(_handler);
        if (wanted is not null && !known.Contains(wanted))
        {
            throw new CommandException(ExitCode.NotFound, $"No handler is called '{wanted}': there {(known.Count == 0 ? "is none yet" : $"are {string.Join(", ", known)}")}.");
        }

        WebhookEventId? id = arguments.GetValue(_id) is { } written ? (await written.FindAsync(inbox, cancellationToken)).Id : null;

        // Handler by handler: no handler takes part here, and what is not named is otherwise for those that do.
        var counts = new Dictionary<string, int>();
        foreach (var handler in wanted is null ? known : [wanted])
        {
            var filter = _filter.ReadDeliveries(arguments) with { EventId = id, Handler = handler };
            counts[handler] = await ChangeAsync(inbox, filter, arguments, cancellationToken);
        }

        terminal.Write(new Changed(counts.Values.Sum(), counts), changed =>
        {
            terminal.WriteLine(Describe(changed.Deliveries));
            foreach (var (handler, count) in changed.Handlers.Where(count => count.Value > 0))
            {
                terminal.WriteLine($"  {handler}: {count:N0}");
            }
        });
        return ExitCode.Ok;
    }

    private sealed record Changed(int Deliveries, IReadOnlyDictionary<string, int> Handlers);
}
