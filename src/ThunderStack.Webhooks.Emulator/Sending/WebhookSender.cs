using System.Net.Http.Headers;
using System.Text;
using Microsoft.Extensions.Options;
using ThunderStack.Webhooks.Emulator.Events;
using ThunderStack.Webhooks.Emulator.Keys;

namespace ThunderStack.Webhooks.Emulator.Sending;

/// <summary>Signs an event with the current key and sends it, once.</summary>
internal sealed partial class WebhookSender(
    SigningKey key, IOptions<EmulatorOptions> options, TimeProvider time, ILogger<WebhookSender> logger) : IDisposable
{
    private const string SignatureHeader = "X-ThunderStack-Signature";
    private const int LongestAnswer = 4096;

    // Redirects are not followed: nothing says that the cloud does. No proxy: receivers under development are near.
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false })
    {
        Timeout = Timeout.InfiniteTimeSpan,
        MaxResponseContentBufferSize = 1024 * 1024,
    };

    public async Task<SentWebhook> SendAsync(Uri url, NodeStatusEvent change, CancellationToken cancellationToken)
    {
        var body = change.ToBody();
        var signature = Convert.ToBase64String(key.Sign(body));
        var sent = new SentWebhook(url, Encoding.UTF8.GetString(body), signature, Answer: null, Error: null);

        using var timeout = new CancellationTokenSource(options.Value.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            var answer = await PostAsync(url, body, signature, either.Token);
            Log.Sent(logger, change.NodeId, change.Status, url, answer.Status);
            return sent with { Answer = answer };
        }
        catch (Exception problem) when (problem is HttpRequestException || timeout.IsCancellationRequested)
        {
            var error = timeout.IsCancellationRequested ? $"No answer within {options.Value.Timeout}." : problem.Message;
            Log.NotDelivered(logger, change.NodeId, change.Status, url, error);
            return sent with { Error = error };
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<ReceiverAnswer> PostAsync(Uri url, byte[] body, string signature, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.TryAddWithoutValidation(SignatureHeader, signature);

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
