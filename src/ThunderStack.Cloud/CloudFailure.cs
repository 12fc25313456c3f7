using System.Net;

namespace ThunderStack.Cloud;

/// <summary>Turns what went wrong into the sentence that an operator reads.</summary>
internal static class CloudFailure
{
    public const string CheckBaseAddress = "check ThunderStack:Cloud:BaseAddress";

    /// <summary>What is wrong with the head of an answer, or <see langword="null"/>.</summary>
    public static ThunderStackCloudException? Of(HttpResponseMessage response, string what, bool tokenSent)
    {
        var status = (int)response.StatusCode;
        var sentence = status switch
        {
            200 => OfContent(response.Content),
            401 when !tokenSent => "401: the cloud wants an API token; make one in the web UI and set ThunderStack:Cloud:ApiToken",
            401 => "401: the cloud refused the API token; make a new one in the web UI and set ThunderStack:Cloud:ApiToken",
            403 => "403: the cloud does not let this API token do that; make a new one in the web UI and set ThunderStack:Cloud:ApiToken",
            404 => $"404: nothing is there; {CheckBaseAddress}",
            429 => "429: the cloud wants fewer requests; it is asked again later",
            >= 300 and < 400 => $"the cloud answered {status}{Target(response)}: redirects are not followed, so that the API token "
                + "never reaches another host; set ThunderStack:Cloud:BaseAddress to the final address",
            >= 500 => $"the cloud answered {status}: its failure, not yours; it is asked again later",
            _ => $"the cloud answered {status} instead of 200; {CheckBaseAddress}",
        };
        return sentence is null ? null : new ThunderStackCloudException($"{what}: {sentence}.", response.StatusCode);
    }

    /// <summary>Why there was no answer, or not all of it.</summary>
    public static ThunderStackCloudException Of(Exception exception, string what)
    {
        var error = exception switch
        {
            HttpRequestException { HttpRequestError: HttpRequestError.Unknown, InnerException: IOException } =>
                HttpRequestError.ResponseEnded,
            HttpRequestException request => request.HttpRequestError,
            HttpIOException io => io.HttpRequestError,
            _ => HttpRequestError.ResponseEnded, // the socket's own: a reset
        };
        var sentence = error switch
        {
            HttpRequestError.NameResolutionError => $"the cloud's host name cannot be resolved; {CheckBaseAddress} and this machine's DNS",
            HttpRequestError.ConnectionError => $"the cloud cannot be connected to; {CheckBaseAddress}, the network and the firewall",
            HttpRequestError.SecureConnectionError =>
                "no trusted TLS connection to the cloud; check the certificate, this machine's clock and its trusted roots",
            HttpRequestError.ProxyTunnelError => "the proxy refused the connection to the cloud; check HTTPS_PROXY and the proxy's rules",
            HttpRequestError.ResponseEnded => "the connection was cut before the answer was complete; it is asked again later",
            _ => $"the cloud's answer could not be received ({error}); it is asked again later",
        };
        return new ThunderStackCloudException($"{what}: {sentence}.", (exception as HttpRequestException)?.StatusCode, exception);
    }

    private static string? OfContent(HttpContent content)
    {
        if (content.Headers.ContentEncoding.Any(encoding => !encoding.Equals("identity", StringComparison.OrdinalIgnoreCase)))
        {
            return $"the cloud answered compressed content that was not asked for; {CheckBaseAddress}";
        }

        return content.Headers.ContentType?.MediaType is "text/html" or "application/xhtml+xml"
            ? $"the cloud answered HTML instead of JSON; {CheckBaseAddress}"
            : null;
    }

    // Only the host: the rest of a Location may carry credentials.
    private static string Target(HttpResponseMessage response) =>
        response.Headers.Location is { IsAbsoluteUri: true, IdnHost.Length: > 0 } location ? $" to {location.IdnHost}" : "";
}
