using System.Diagnostics;
using System.Net.Http.Headers;
using ThunderStack.Webhooks.Cli.Http;

namespace ThunderStack.Webhooks.Cli.Send;

/// <summary>Posts a webhook as the cloud does, and judges the answer.</summary>
internal sealed class WebhookPoster(Uri url, string header, TimeSpan timeout) : IDisposable
{
    private readonly HttpClient _http = ToolHttp.Create(url, timeout);

    public async Task<SentEvent> PostAsync(int number, string status, SentKind kind, SignedBody signed, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(signed.Body) };
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            request.Headers.TryAddWithoutValidation(header, signed.Signature);
            using var response = await _http.SendAsync(request, cancellationToken);
            var answer = await response.Content.ReadAsStringAsync(cancellationToken);
            return SentEvent.Answered(number, status, kind, (int)response.StatusCode, answer, started);
        }
        catch (Exception exception) when (ToolHttp.IsFailure(exception, cancellationToken))
        {
            return SentEvent.Unanswered(number, status, kind, ToolHttp.Describe(exception, timeout), started);
        }
    }

    public void Dispose() => _http.Dispose();
}
