namespace ThunderStack.Webhooks.Management.Routing;

/// <summary>Ends a request with a problem document. Caught in one place, which writes it.</summary>
/// <param name="status">The status code.</param>
/// <param name="detail">What happened and what to do, for the caller to read.</param>
internal sealed class ManagementException(int status, string detail) : Exception(detail)
{
    public int Status => status;

    /// <summary>When to try again.</summary>
    public TimeSpan? RetryAfter { get; init; }

    public static ManagementException BadRequest(string detail) => new(400, detail);

    public static ManagementException NotFound(string detail) => new(404, detail);

    public static ManagementException Conflict(string detail) => new(409, detail);
}
