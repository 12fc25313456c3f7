using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Inbox;

namespace ThunderStack.Webhooks.Cli.Inbox;

/// <summary>Which events: by node and time of receipt.</summary>
internal sealed class EventFilterOptions
{
    private readonly Option<string?> _node = new("--node") { Description = "Only events of this node.", HelpName = "ID" };
    private readonly Option<DateTimeOffset?> _from = new("--from") { Description = "Only events received from then on.", HelpName = "TIME" };
    private readonly Option<DateTimeOffset?> _to = new("--to") { Description = "Only events received before then.", HelpName = "TIME" };

    public EventFilterOptions()
    {
        _from.Reads(InstantText.Parse, InstantText.Remedy);
        _to.Reads(InstantText.Parse, InstantText.Remedy);
    }

    public void AddTo(Command command)
    {
        command.Add(_node);
        command.Add(_from);
        command.Add(_to);
    }

    public bool IsGiven(ParseResult arguments) =>
        arguments.GetValue(_node) is not null || arguments.GetValue(_from) is not null || arguments.GetValue(_to) is not null;

    public EventFilter Read(ParseResult arguments) => new()
    {
        NodeId = NodeOf(arguments),
        From = arguments.GetValue(_from),
        To = arguments.GetValue(_to),
    };

    public DeliveryFilter ReadDeliveries(ParseResult arguments) => new()
    {
        NodeId = NodeOf(arguments),
        From = arguments.GetValue(_from),
        To = arguments.GetValue(_to),
    };

    private NodeId? NodeOf(ParseResult arguments) => arguments.GetValue(_node) is { } node ? new NodeId(node) : null;
}
