namespace ThunderStack.Cloud.Transport;

/// <summary>Names what happened to a request that got no answer, or not all of one.</summary>
internal static class TransportError
{
    public static HttpRequestError Of(Exception exception) => exception switch
    {
        HttpRequestException { HttpRequestError: HttpRequestError.Unknown, InnerException: IOException } =>
            HttpRequestError.ResponseEnded,
        HttpRequestException request => request.HttpRequestError,
        HttpIOException io => io.HttpRequestError,
        _ => HttpRequestError.ResponseEnded, // the socket's own: a reset
    };
}
