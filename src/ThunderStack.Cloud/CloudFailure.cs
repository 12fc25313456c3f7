using ThunderStack.Cloud.Transport;

namespace ThunderStack.Cloud;

/// <summary>Turns what went wrong into the sentence that an operator reads.</summary>
internal static class CloudFailure
{
    public const string CheckBaseAddress = "check ThunderStack:Cloud:BaseAddress";

    /// <summary>What is wrong with the head of an answer, and what to do; or <see langword="null"/>.</summary>
    public static string? SentenceOf(HttpResponseMessage response, CloudCall call, bool tokenSent)
    {
        var status = (int)response.StatusCode;
        return status switch
        {
            200 => OfContent(response.Content),
            201 or 202 or 204 when call.Method != HttpMethod.Get => OfContent(response.Content),
            400 or 409 or 422 => $"{status}: the cloud did not accept that; check what was asked for",
            401 when !tokenSent => "401: the cloud wants an API token; make one in the web UI and set ThunderStack:Cloud:ApiToken",
            401 => "401: the cloud refused the API token; make a new one in the web UI and set ThunderStack:Cloud:ApiToken",
            403 => "403: the cloud does not let this API token do that; make a new one in the web UI and set ThunderStack:Cloud:ApiToken",
            404 when call.Path.StartsWith("/api/nodes/", StringComparison.Ordinal) =>
                $"404: the cloud knows no such node; check the node id, and if that is right, {CheckBaseAddress}",
            404 => $"404: nothing is there; {CheckBaseAddress}",
            429 => "429: the cloud wants fewer requests; try again later",
            >= 300 and < 400 => $"the cloud answered {status}{Target(response)}: redirects are not followed, so that the API token "
                + "never reaches another host; set ThunderStack:Cloud:BaseAddress to the final address",
            >= 500 => $"the cloud answered {status}: its failure, not yours; try again later",
            _ => $"the cloud answered {status} instead of 200; {CheckBaseAddress}",
        };
    }

    /// <summary>The exception for an answer, with the cloud's own words.</summary>
    public static ThunderStackCloudException Of(
        HttpResponseMessage response, CloudCall call, string sentence, string? serverMessage, TimeProvider time)
    {
        var words = serverMessage is null ? "" : $" The cloud says: {serverMessage}";
        var doubt = (int)response.StatusCode >= 500 ? Doubt(call) : "";
        return new ThunderStackCloudException($"{call.What}: {sentence}{doubt}.{words}", response.StatusCode)
        {
            ServerMessage = serverMessage,
            RetryAfter = RetryAfter.Of(response, time),
        };
    }

    /// <summary>Why there was no answer, or not all of it.</summary>
    public static ThunderStackCloudException Of(Exception exception, CloudCall call)
    {
        var error = TransportError.Of(exception);
        var sentence = error switch
        {
            HttpRequestError.NameResolutionError => $"the cloud's host name cannot be resolved; {CheckBaseAddress} and this machine's DNS",
            HttpRequestError.ConnectionError => $"the cloud cannot be connected to; {CheckBaseAddress}, the network and the firewall",
            HttpRequestError.SecureConnectionError =>
                "no trusted TLS connection to the cloud; check the certificate, this machine's clock and its trusted roots",
            HttpRequestError.ProxyTunnelError => "the proxy refused the connection to the cloud; check HTTPS_PROXY and the proxy's rules",
            HttpRequestError.ResponseEnded => "the connection was cut before the answer was complete; try again later" + Doubt(call),
            _ => $"the cloud's answer could not be received ({error}); try again later" + Doubt(call),
        };
        return new ThunderStackCloudException($"{call.What}: {sentence}.", (exception as HttpRequestException)?.StatusCode, exception);
    }

    /// <summary>That the time is over.</summary>
    public static ThunderStackCloudException OfTimeout(CloudCall call, TimeSpan limit, Exception exception) => new(
        $"{call.What}: no complete answer within {limit.TotalSeconds:0} s; is the cloud reachable from here (network, proxy, firewall)?"
            + (call.IsRepeatable || call.Method == HttpMethod.Get ? "" : " What was asked may have been done: look before you ask again."),
        innerException: exception);

    /// <summary>Where a redirect leads. Only the host: the rest of a Location may carry credentials.</summary>
    public static string Target(HttpResponseMessage response) =>
        response.Headers.Location is { IsAbsoluteUri: true, IdnHost.Length: > 0 } location ? $" to {location.IdnHost}" : "";

    // Whoever lost an answer to such a call must not simply ask again.
    private static string Doubt(CloudCall call) =>
        call.IsRepeatable || call.Method == HttpMethod.Get ? "" : "; what was asked may have been done: look before you ask again";

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
}
