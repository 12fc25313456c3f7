using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Options;

namespace ThunderStack.Webhooks.Emulator.Sending;

/// <summary>Posts a webhook, once.</summary>
internal sealed partial class WebhookPoster(
    IOptions<EmulatorOptions> options, TimeProvider time, ILogger<WebhookPoster> logger) : IDisposable
{
    private const string SignatureHeader = "X-ThunderStack-Signature";
    private const int LongestAnswer = 4096;

    // Redirects are not followed: nothing says that the cloud does. No proxy: receivers under development are near.
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false })
    {
        Timeout = Timeout.InfiniteTimeSpan,
        MaxResponseContentBufferSize = 1024 * 1024,
    };

    public async Task<WebhookAttempt> PostAsync(OutgoingWebhook webhook, CancellationToken cancellationToken)
    {
        var at = time.GetUtcNow();
        var what = webhook.Event.Status ?? webhook.Event.Type;
        using var timeout = new CancellationTokenSource(options.Value.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            var answer = await SendAsync(webhook, either.Token);
            Log.Sent(logger, webhook.Event.NodeId, what, webhook.Url, answer.Status);
            return new WebhookAttempt(at, answer, Error: null);
        }
        catch (Exception problem) when (problem is HttpRequestException or SocketException || timeout.IsCancellationRequested)
        {
            var error = timeout.IsCancellationRequested ? $"No answer within {options.Value.Timeout}." : problem.Message;
            Log.NotDelivered(logger, webhook.Event.NodeId, what, webhook.Url, error);
            return new WebhookAttempt(at, Answer: null, error);
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<ReceiverAnswer> SendAsync(OutgoingWebhook webhook, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, webhook.Url) { Content = new ByteArrayContent(webhook.Body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        if (webhook.Signature is { } signature)
        {
            request.Headers.TryAddWithoutValidation(SignatureHeader, signature);
        }

        using var response = await _http.SendAsync(request, cancellationToken);
        var text = Encoding.UTF8.GetString(await response.Content.ReadAsByteArrayAsync(cancellationToken));
        return new ReceiverAnswer((int)response.StatusCode, text.Length > LongestAnswer ? text[..LongestAnswer] : text);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Sent {NodeId} {Status} to {Url}: answered {Answer}")]
        public static partial void Sent(ILogger logger, string nodeId, string status, Uri url, int answer);

        [LoggerMessage(2, LogLevel.Warning, "Could not deliver {NodeId} {Status} to {Url}: {Error}")]
        public static partial void NotDelivered(ILogger logger, string nodeId, string status, Uri url, string error);
    }
}
