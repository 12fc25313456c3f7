namespace ThunderStack.Webhooks.Management.Routing;

/// <summary>Ends a request with a problem, which the server writes: a program is given a problem document, a person a page.</summary>
/// <param name="status">The status code of HTTP, 400–599.</param>
/// <param name="detail">What happened and what to do, for the caller to read.</param>
public sealed class ManagementException(int status, string detail) : Exception(detail)
{
    /// <summary>The status code of HTTP.</summary>
    public int Status => status;

    /// <summary>When to try again.</summary>
    /// <value><see langword="null"/>: the answer does not say.</value>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The request cannot be meant: 400.</summary>
    /// <param name="detail">What happened and what to do, for the caller to read.</param>
    public static ManagementException BadRequest(string detail) => new(400, detail);

    /// <summary>What is asked for is not there: 404.</summary>
    /// <param name="detail">What happened and what to do, for the caller to read.</param>
    public static ManagementException NotFound(string detail) => new(404, detail);

    internal static ManagementException Conflict(string detail) => new(409, detail);
}
