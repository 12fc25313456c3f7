using ThunderStack.Webhooks.Cli.Commands;
using ThunderStack.Webhooks.Cli.Sources;

namespace ThunderStack.Webhooks.Cli.Inbox;

/// <summary><c>inbox list</c>.</summary>
internal sealed class ListInboxCommand : ToolCommand
{
    private const int MaxLimit = 100_000;

    private readonly SourceOptions _source = new();
    private readonly EventFilterOptions _filter = new();
    private readonly Option<string?> _type = new("--type") { Description = "Only events of this type.", HelpName = "TYPE" };
    private readonly Option<int?> _limit = NumberOption.Create(
        "--limit", "How many to list at most.", "N", (int limit) => limit is >= 1 and <= MaxLimit, $"a whole number from 1 to {MaxLimit}", 100);

    private readonly Option<bool> _dead = new("--dead") { Description = "List dead letters, those of the newest events first, in place of events." };

    private readonly Option<bool> _pending = new("--pending")
    {
        Description = "List what is pending or waits for another attempt, by handler and node, in place of events.",
    };

    public ListInboxCommand()
        : base("list", "List stored events, newest first, or dead letters, or what waits for the handlers.")
    {
        _source.AddTo(this);
        _filter.AddTo(this);
        Add(_type);
        Add(_limit);
        Add(_dead);
        Add(_pending);
        Requires("--dead and --pending are two lists: write one of them.", given => !given.GetValue(_dead) || !given.GetValue(_pending));
        Requires(
            "--dead lists all dead letters: leave the filters out.",
            given => !given.GetValue(_dead) || (!_filter.IsGiven(given) && given.GetValue(_type) is null));
        Requires(
            "--pending lists all that waits: leave the filters out.",
            given => !given.GetValue(_pending) || (!_filter.IsGiven(given) && given.GetValue(_type) is null));
    }

    public override IReadOnlyList<string> Examples =>
        ["inbox list --inbox data/inbox.db --node my-node --from 24h", "inbox list --dead --receiver http://127.0.0.1:8081 --output json", "inbox list --pending"];

    protected override async Task<ExitCode> RunAsync(ParseResult arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        await using var source = await _source.OpenAsync(arguments, terminal, cancellationToken);
        var limit = arguments.GetValue(_limit)!.Value;
        if (arguments.GetValue(_dead))
        {
            WriteDeadLetters(terminal, await source.ListDeadLettersAsync(limit, cancellationToken));
        }
        else if (arguments.GetValue(_pending))
        {
            WriteLanes(terminal, [.. (await source.ListLanesAsync(cancellationToken)).Take(limit)]);
        }
        else
        {
            var filter = _filter.Read(arguments) with { EventType = arguments.GetValue(_type), Limit = limit };
            WriteEvents(terminal, await source.ListEventsAsync(filter, cancellationToken));
        }

        return ExitCode.Ok;
    }

    private static void WriteEvents(Terminal terminal, IReadOnlyList<EventView> entries) => terminal.Write(entries, events => terminal.WriteTable(
        events,
        "No events.",
        ["RECEIVED", "NODE", "STATUS", "TYPE", "SOURCE", "EVENT"],
        entry =>
        [
            TextForms.ToSecond(entry.ReceivedAt),
            entry.NodeId,
            entry.Status ?? "-",
            entry.EventType,
            entry.Source.ToString().ToLowerInvariant(),
            EventIdText.Shorten(entry.EventId),
        ]));

    private static void WriteDeadLetters(Terminal terminal, IReadOnlyList<DeliveryView> records) => terminal.Write(records, dead => terminal.WriteTable(
        dead,
        "No dead letters.",
        ["DIED", "HANDLER", "ATTEMPTS", "EVENT", "ERROR"],
        record => [TextForms.ToSecond(record.At), record.Handler, record.Attempts.ToString(), EventIdText.Shorten(record.EventId), record.Error ?? ""]));

    private static void WriteLanes(Terminal terminal, List<LaneView> lanes) => terminal.Write(lanes, waiting => terminal.WriteTable(
        waiting,
        "Nothing waits.",
        ["HANDLER", "NODE", "PENDING", "SCHEDULED", "OLDEST", "NEXT EVENT", "ATTEMPTS", "DUE"],
        lane =>
        [
            lane.Handler,
            lane.NodeId,
            lane.Pending.ToString(),
            lane.Scheduled.ToString(),
            TextForms.ToSecond(lane.OldestReceivedAt),
            EventIdText.Shorten(lane.NextEventId),
            lane.Attempts.ToString(),
            lane.DueAt is { } dueAt ? TextForms.ToSecond(dueAt) : "-",
        ]));
}
