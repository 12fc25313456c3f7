using System.Net;

namespace ThunderStack.Cloud;

/// <summary>
/// The one exception of <see cref="ThunderStackCloudClient"/>: the cloud could not be reached, refused, or answered something
/// that cannot be used. <see cref="Exception.Message"/> is a sentence for an operator: what happened and what to do. It
/// never holds the API token, and of an answer no more than <see cref="ServerMessage"/>.
/// </summary>
public sealed class ThunderStackCloudException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">What happened and what to do.</param>
    /// <param name="statusCode">The status that was answered; <see langword="null"/> when there was no answer.</param>
    /// <param name="innerException">The cause.</param>
    public ThunderStackCloudException(string message, HttpStatusCode? statusCode = null, Exception? innerException = null)
        : base(message, innerException) =>
        StatusCode = statusCode;

    /// <summary>The status that was answered; <see langword="null"/> when there was no answer.</summary>
    public HttpStatusCode? StatusCode { get; }

    /// <summary>What the cloud said of the failure in its JSON, on one line, 300 characters at most.</summary>
    /// <value><see langword="null"/>: nothing.</value>
    public string? ServerMessage { get; init; }

    /// <summary>How long the cloud wants to be left alone: its <c>Retry-After</c>.</summary>
    /// <value><see langword="null"/>: it did not say.</value>
    public TimeSpan? RetryAfter { get; init; }
}
