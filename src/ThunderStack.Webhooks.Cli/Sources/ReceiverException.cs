using System.Net;

namespace ThunderStack.Webhooks.Cli.Sources;

/// <summary>A receiver has not answered as asked.</summary>
/// <param name="code">How the tool ends for it.</param>
/// <param name="message">What happened, and what to do.</param>
/// <param name="isPassing">Whether it may be otherwise in a moment.</param>
/// <param name="retryAfter">When to try again, if the receiver said so.</param>
internal sealed class ReceiverException(ExitCode code, string message, bool isPassing, TimeSpan? retryAfter = null) : CommandException(code, message)
{
    private const int MaxDetail = 1_000;

    public bool IsPassing => isPassing;

    public TimeSpan? RetryAfter => retryAfter;

    /// <summary>Nothing came back, or not all of it.</summary>
    public static ReceiverException Unreachable(Uri address, string why) => new(
        ExitCode.Unavailable, $"{Named(address)} cannot be asked. {why}", isPassing: true);

    /// <summary>What came back is no management API's.</summary>
    public static ReceiverException Stranger(Uri address, string what) => new(
        ExitCode.Unavailable,
        $"{Named(address)} answers, but not as a receiver's management API: {what}. Is it the management port (8081 by default, not that of the webhooks), "
        + "with the path of Management:PublicUrl if it has one? The API is off until Management:ApiKeys has a key.",
        isPassing: false);

    /// <summary>A status that is no success.</summary>
    /// <param name="address">Who was asked.</param>
    /// <param name="status">The status.</param>
    /// <param name="detail">What its problem document says; <see langword="null"/> when it sent none.</param>
    /// <param name="hasKey">Whether a key was shown.</param>
    /// <param name="retryAfter">When to try again.</param>
    /// <param name="location">Where it sends askers to.</param>
    public static ReceiverException Of(Uri address, HttpStatusCode status, string? detail, bool hasKey, TimeSpan? retryAfter, Uri? location)
    {
        var said = detail is null ? "" : $" It says: {(detail.Length > MaxDetail ? detail[..MaxDetail] + "…" : detail)}";
        var name = Named(address);
        return status switch
        {
            HttpStatusCode.Unauthorized when !hasKey => Refused($"{name} wants a key: set {Commands.ToolEnvironment.ApiKey} to one of its Management:ApiKeys, or name a file with --api-key-file."),
            HttpStatusCode.Unauthorized => Refused($"{name} does not know this key (401): compare it with its Management:ApiKeys."),
            HttpStatusCode.Forbidden when detail is not null => Refused($"{name} lets this key only read (403): a change takes one with the role Operate."),
            HttpStatusCode.NotFound when detail is not null => new(ExitCode.NotFound, $"{name} has not found it.{said}", isPassing: false),
            HttpStatusCode.MisdirectedRequest => Refused($"{name} does not answer to the name {address.Host} (421): set its Management:PublicUrl, or ask it by an address of its machine."),
            HttpStatusCode.TooManyRequests => new(ExitCode.Unavailable, $"{name} answers no more for now (429), since too many wrong keys came from here.{said}", isPassing: true, retryAfter),
            HttpStatusCode.BadRequest when detail is not null => new(ExitCode.Usage, $"{name} does not take this (400).{said}", isPassing: false),
            >= HttpStatusCode.MultipleChoices and < HttpStatusCode.BadRequest => Stranger(
                address, $"it sends elsewhere ({(int)status}){(location is null ? "" : $", to {new Uri(address, location).GetLeftPart(UriPartial.Path)}; if that is the receiver, name that address")}"),
            >= HttpStatusCode.InternalServerError => new(
                ExitCode.Unavailable, $"{name} cannot answer at the moment ({(int)status}).{(detail is null ? " Is it running behind what answers there?" : said)}", isPassing: true, retryAfter),
            _ when detail is not null => new(ExitCode.Unavailable, $"{name} refused ({(int)status}).{said}", isPassing: false),
            _ => Stranger(address, $"it says {(int)status}"),
        };
    }

    private static string Named(Uri address) => $"The receiver at {address.AbsoluteUri.TrimEnd('/')}";

    private static ReceiverException Refused(string message) => new(ExitCode.Unavailable, message, isPassing: false);
}
