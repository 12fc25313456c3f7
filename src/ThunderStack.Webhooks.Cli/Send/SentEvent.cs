using System.Diagnostics;
using System.Text.Json;

namespace ThunderStack.Webhooks.Cli.Send;

/// <summary>One request and its answer.</summary>
/// <param name="Number">The event's number, from 1.</param>
/// <param name="Status">The node's status in it.</param>
/// <param name="Kind"><c>original</c>, <c>duplicate</c> or <c>tampered</c>.</param>
/// <param name="HttpStatus">What was answered; null when there was no answer.</param>
/// <param name="EventId">The id that the receiver gave it.</param>
/// <param name="Answer">The answer's body, cut after 1,000 characters, or why there was none.</param>
/// <param name="Milliseconds">How long the answer took.</param>
/// <param name="AsExpected">Whether it was answered as it should be.</param>
internal sealed record SentEvent(
    int Number, string Status, SentKind Kind, int? HttpStatus, string? EventId, string Answer, double Milliseconds, bool AsExpected)
{
    private const int KeptCharacters = 1_000;

    /// <summary>A request that was answered.</summary>
    /// <param name="number">The event's number.</param>
    /// <param name="status">The node's status in it.</param>
    /// <param name="kind">What it was.</param>
    /// <param name="httpStatus">The answer's status.</param>
    /// <param name="answer">The answer's body.</param>
    /// <param name="started">When it was sent, as a timestamp of <see cref="Stopwatch"/>.</param>
    public static SentEvent Answered(int number, string status, SentKind kind, int httpStatus, string answer, long started) => new(
        number,
        status,
        kind,
        httpStatus,
        EventIdIn(answer),
        answer.Length > KeptCharacters ? answer[..KeptCharacters] : answer,
        MillisecondsSince(started),
        kind == SentKind.Tampered ? httpStatus is 403 or 503 : httpStatus is >= 200 and < 300);

    /// <summary>A request that was not answered.</summary>
    public static SentEvent Unanswered(int number, string status, SentKind kind, string why, long started) =>
        new(number, status, kind, null, null, why, MillisecondsSince(started), AsExpected: false);

    private static double MillisecondsSince(long started) => Math.Round(Stopwatch.GetElapsedTime(started).TotalMilliseconds, 1);

    private static string? EventIdIn(string answer)
    {
        try
        {
            using var document = JsonDocument.Parse(answer);
            return document.RootElement is { ValueKind: JsonValueKind.Object } root
                && root.TryGetProperty("eventId", out var id) && id.ValueKind == JsonValueKind.String
                    ? id.GetString()
                    : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
