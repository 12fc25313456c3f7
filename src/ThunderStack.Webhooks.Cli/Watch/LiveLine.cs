using System.Text.Json;
using ThunderStack.Webhooks.Cli.Inbox;
using ThunderStack.Webhooks.Cli.Sources;
using ThunderStack.Webhooks.Inbox;

namespace ThunderStack.Webhooks.Cli.Watch;

/// <summary>Messages as lines for people: time and kind first, fields two spaces apart, nothing in them that a terminal would obey.</summary>
internal static class LiveLine
{
    /// <summary>The line; <see langword="null"/> for a kind that this version does not know.</summary>
    /// <exception cref="JsonException">The data is not what the kind has.</exception>
    public static string? Of(LiveMessage message) => message.Kind switch
    {
        LiveMessage.Event => Of(Read<ReceiverAnswers.Event>(message)),
        LiveMessage.Delivery => Of(Read<Delivery>(message)),
        LiveMessage.Condition => Of(Read<Changed>(message)),
        _ => null,
    };

    private static string Of(ReceiverAnswers.Event found) => Join(
        found.ReceivedAt, LiveMessage.Event, found.NodeId ?? "-", found.Status ?? "-", found.EventType, found.Source.ToString().ToLowerInvariant(), EventIdText.Shorten(found.Id));

    private static string Of(Delivery found) => Join(
        found.At, LiveMessage.Delivery, found.NodeId ?? "-", found.Handler, TextForms.Of(found.State), $"attempt {found.Attempts}", EventIdText.Shorten(found.EventId), found.Error ?? "");

    private static string Of(Changed found) => Join(
        found.At, LiveMessage.Condition, found.Condition.NodeId ?? "-", found.Change, found.Condition.Severity.ToString().ToLowerInvariant(), found.Condition.Kind, found.Condition.Message);

    private static string Join(DateTimeOffset at, string kind, params string[] fields) =>
        TextForms.OneLine($"{TextForms.Of(at)}  {kind,-9}  {string.Join("  ", fields)}").TrimEnd();

    private static T Read<T>(LiveMessage message)
        where T : class => JsonSerializer.Deserialize<T>(message.Data, Json.Line) ?? throw new JsonException("its data is null");

    private sealed record Delivery(string EventId, string? NodeId, string Handler, DeliveryState State, int Attempts, DateTimeOffset At, string? Error);

    private sealed record Changed(string Change, DateTimeOffset At, ReceiverAnswers.Condition Condition);
}
