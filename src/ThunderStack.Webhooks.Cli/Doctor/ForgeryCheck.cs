using System.Net.Http.Headers;
using System.Text.Json;
using ThunderStack.Webhooks.Cli.Http;
using ThunderStack.Webhooks.Cli.Send;

namespace ThunderStack.Webhooks.Cli.Doctor;

/// <summary>
/// Posts an event that cannot be authentic to the public URL. The receiver's own refusal proves DNS, TLS, balancer and path
/// without being able to get anything in.
/// </summary>
internal static class ForgeryCheck
{
    public const string Name = "forged event";

    // One byte: no key makes such a signature, so a receiver refuses it without asking the cloud for a newer key, which it
    // would do, and answer 503 in between, for one that is well formed.
    private const string Signature = "AA==";
    private const string Refusal = "Forbidden - Invalid Signature";
    private const string NotNow = "Service Unavailable - Try Again Later";

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(15);

    public static async Task<Finding> RunAsync(Uri? url, string header, string nodeId, CancellationToken cancellationToken)
    {
        if (url is null)
        {
            return Finding.Skip(Name, "this receiver's public URL is not known: name it with --url");
        }

        try
        {
            using var http = ToolHttp.Create(url, Timeout);
            using var request = new HttpRequestMessage(HttpMethod.Post, url)
            {
                Content = new ByteArrayContent(new TestEvent(nodeId, "RUNNING", DateTimeOffset.UnixEpoch).ToBody()),
            };
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            request.Headers.TryAddWithoutValidation(header, Signature);
            using var response = await http.SendAsync(request, cancellationToken);
            return Judge(url, response, MessageIn(response, await response.Content.ReadAsStringAsync(cancellationToken)));
        }
        catch (Exception exception) when (ToolHttp.IsFailure(exception, cancellationToken))
        {
            return Finding.Fail(
                Name, $"no answer from {url.AbsoluteUri}. {ToolHttp.Describe(exception, Timeout)}", "check the DNS name, the firewall, the balancer, and that the receiver runs");
        }
    }

    private static Finding Judge(Uri url, HttpResponseMessage response, string? message)
    {
        var status = (int)response.StatusCode;
        return (status, message) switch
        {
            (403, Refusal) => Finding.Pass(Name, $"refused by a receiver at {url.AbsoluteUri}, as it should be"),
            (403, not null) => Finding.Fail(Name, $"403, but with \"{message}\"", "the path is another node's: leave the node id out of --url, or name this node's"),
            (403, null) => Finding.Fail(Name, "403, but not this receiver's: something before it refuses the request", "let POST with a JSON body and any header through the firewall or balancer to the receiver"),
            (404, not null) => Finding.Fail(Name, "404 by a receiver: it listens to another path", "make the URL end with ThunderStack:Webhook:Path, and see whether the balancer rewrites paths"),
            (404, null) => Finding.Fail(Name, "404, but not a receiver's: the balancer sends this host or path elsewhere", "route it to the receiver"),
            (503, NotNow) => Finding.Fail(
                Name, "503 by a receiver: it has no key yet, its inbox fails, or it is stopping", "look at its /healthz/ready and its log, and run doctor again"),
            (502 or 503 or 504, _) => Finding.Fail(Name, $"{status}, but not a receiver's: the balancer does not reach one", "see whether the receiver runs and passes the balancer's health check"),
            (401 or 407, _) => Finding.Fail(Name, $"{status}: something before the receiver wants a login, which the cloud does not have", "exempt the webhook's path"),
            (405, _) => Finding.Fail(Name, "405: POST is not taken there", "route the webhook's path to the receiver"),
            (413 or 415 or 400, _) => Finding.Fail(Name, $"{status}: something changes or limits requests on the way", "pass bodies and headers through as they are"),
            (300 or 301 or 302 or 303 or 307 or 308, _) => Finding.Fail(
                Name, $"{status}: redirected to {response.Headers.Location?.ToString() ?? "nowhere"}, which the cloud is not known to follow", "set the final URL: thunderstack webhook set"),
            (200 or 201 or 202 or 204, _) => Finding.Fail(Name, $"{status}: something takes events without looking at their signature", "that is no receiver of this kind: see where the URL leads"),
            _ => Finding.Fail(Name, $"{status}, which no receiver answers", "see what stands before the receiver"),
        };
    }

    /// <summary>The message of a problem document as receivers write it; <see langword="null"/> for anything else.</summary>
    private static string? MessageIn(HttpResponseMessage response, string body)
    {
        if (response.Content.Headers.ContentType?.MediaType != "application/problem+json")
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.TryGetProperty("message", out var message) ? message.GetString() : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
