using System.Globalization;
using ThunderStack.Webhooks.Dashboard.Text;
using ThunderStack.Webhooks.Management.Deliveries;

namespace ThunderStack.Webhooks.Dashboard.DeadLetters;

/// <summary>Which deliveries somebody chose, and what is to be done with them: a group, one event's, or rows of a list.</summary>
/// <param name="Action">What is to be done.</param>
/// <param name="Handler">The handler.</param>
/// <param name="ErrorCode">Only dead letters that failed so.</param>
/// <param name="Events">Only those of these events; none for all.</param>
/// <param name="IsEnded">Whether also what succeeded or was discarded is meant; for a replay.</param>
internal sealed record DeliveryChoice(DeliveryAction Action, string? Handler, string? ErrorCode, IReadOnlyList<string> Events, bool IsEnded)
{
    /// <summary>How many rows can be chosen: those of a page.</summary>
    public const int MostEvents = 40;

    /// <summary>The fields of the form, and of the address of the page that asks.</summary>
    public static readonly IReadOnlyList<QueryParameter> Parameters =
    [
        new("handler", "The handler."),
        new("errorCode", "Only what failed so."),
        new("ended", "true: also what succeeded or was discarded."),
        new("chosen", "true: the events that follow, and nothing when there are none."),
        .. Enumerable.Range(0, MostEvents).Select(i => new QueryParameter(NameOf(i), "An event that is chosen.")),
    ];

    /// <summary>What the audit log calls an action.</summary>
    public static string ActionOf(DeliveryAction action) => $"deliveries.{Words.Of(action)}";

    /// <summary>The field of a row.</summary>
    public static string NameOf(int row) => string.Create(CultureInfo.InvariantCulture, $"e{row}");

    /// <exception cref="ManagementException">It makes no sense.</exception>
    public static DeliveryChoice Read(DeliveryAction action, Func<string, string?> field)
    {
        List<string> events = [.. Enumerable.Range(0, MostEvents).Select(row => field(NameOf(row))).OfType<string>().Where(id => id.Length > 0)];
        var choice = new DeliveryChoice(action, Given(field("handler")), Given(field("errorCode")), events, field("ended") == "true");
        return choice switch
        {
            { Action: DeliveryAction.Discard, IsEnded: true } => throw ManagementException.BadRequest("Only dead letters can be discarded."),
            { Events.Count: > 0, Handler: null } => throw ManagementException.BadRequest("handler is missing: deliveries are chosen one handler at a time."),
            { Events.Count: 0 } when field("chosen") == "true" => throw ManagementException.BadRequest("Nothing is chosen. Go back, and check the deliveries that you mean."),
            { IsEnded: true, Events.Count: 0 } => throw ManagementException.BadRequest("Choose events: replaying everything that ever succeeded is for the command line."),
            _ => choice,
        };
    }

    /// <summary>As the API takes it; a choice of rows that the list has shown is theirs, whatever they failed with.</summary>
    public DeliveryChange ToChange(DateTimeOffset asOf) => Events.Count > 0
        ? new DeliveryChange([.. Events.Select(id => new DeliveryName(id, Handler!))], DeadLettersOnly: !IsEnded, AsOf: asOf)
        : new DeliveryChange(Handler: Handler, ErrorCode: ErrorCode, AsOf: asOf);

    /// <summary>The path of the page that asks, and of the form on it.</summary>
    public string Path => PathOf(Action);

    public static string PathOf(DeliveryAction action) => $"/dead-letters/{Words.Of(action)}";

    /// <summary>The fields that say it again.</summary>
    public PageQuery ToQuery() => PageQuery.Of(
    [
        ("handler", Handler),
        ("errorCode", ErrorCode),
        ("ended", IsEnded ? "true" : null),
        .. Events.Select((id, row) => (NameOf(row), (string?)id)),
    ]);

    private static string? Given(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
