using ThunderStack.Webhooks.Cli.Sources;
using ThunderStack.Webhooks.Events;

namespace ThunderStack.Webhooks.Cli.Inbox;

/// <summary>An event's id as it was written: whole, or its last digits.</summary>
/// <param name="Digits">Lower-case hexadecimal digits.</param>
internal readonly record struct EventIdText(string Digits)
{
    // The first twelve digits are the time, which many events share: the end tells them apart.
    private const int ShownDigits = 10;
    private const int FewestDigits = 6;
    private const int AllDigits = WebhookEventId.Size * 2;

    public static string Remedy => $"write the id that inbox list shows, or {FewestDigits} digits or more of its end";

    public static EventIdText? Parse(string text) =>
        text.Length is >= FewestDigits and <= AllDigits && text.All(char.IsAsciiHexDigit) ? new EventIdText(text.ToLowerInvariant()) : null;

    /// <summary>An id as lists show it.</summary>
    public static string Shorten(string id) => id.Length == AllDigits ? id[^ShownDigits..] : id;

    /// <summary>Finds the event that is meant.</summary>
    /// <exception cref="CommandException">There is none, or more than one.</exception>
    public async Task<EventDetailView> FindAsync(IInboxSource inbox, CancellationToken cancellationToken)
    {
        if (WebhookEventId.TryParse(Digits, out var whole))
        {
            return await inbox.FindAsync(whole, cancellationToken) ?? throw NotFound();
        }

        var found = await inbox.FindIdsAsync(Digits, cancellationToken);
        return found switch
        {
            [] => throw NotFound(),
            [var id] => await inbox.FindAsync(id, cancellationToken) ?? throw NotFound(),
            _ => throw new CommandException(
                ExitCode.Usage, $"More than one event's id ends in {Digits}, such as {string.Join(" and ", found)}: write more digits."),
        };
    }

    private CommandException NotFound() => new(
        ExitCode.NotFound,
        $"The inbox has no event {(Digits.Length == AllDigits ? "" : "whose id ends in ")}{Digits}: it was never stored, or retention has removed it.");
}
