using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using ThunderStack.Cloud.Transport;
using ThunderStack.Webhooks.Dispatch;

namespace ThunderStack.Webhooks.Notify.Sending;

/// <summary>Posts JSON to platforms and judges their answers. Nothing that it throws has the URL, or a secret that is in it.</summary>
internal sealed class PlatformSender(IHttpClientFactory clients, TimeProvider time)
{
    public const string ClientName = "ThunderStack.Webhooks.Notify";

    private const int MaxAnswerBytes = 256 * 1024;

    // An answer has begun already: the rest of it is not worth the whole attempt.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <param name="url">Where to.</param>
    /// <param name="json">The message.</param>
    /// <param name="secrets">What no error may repeat.</param>
    /// <param name="accepts">Whether the body of an answer with 2xx says that the message was taken.</param>
    /// <param name="cancellationToken">The end of the attempt.</param>
    /// <exception cref="DeadLetterException">The platform will never take it.</exception>
    /// <exception cref="RetryAfterException">The platform says when to come back.</exception>
    /// <exception cref="HttpRequestException">It was not taken this time.</exception>
    public async Task PostAsync(Uri url, byte[] json, Secrets secrets, Func<PlatformAnswer, bool> accepts, CancellationToken cancellationToken)
    {
        using var request = JsonRequest.Create(HttpMethod.Post, url, token: null, json);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/plain", 0.9));
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("ThunderStack.Webhooks", null));
        using var client = clients.CreateClient(ClientName);
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
        var answer = await ReadAsync(response.Content, cancellationToken).ConfigureAwait(false);
        if (response.IsSuccessStatusCode && answer is null)
        {
            throw new HttpRequestException($"{url.Host} answered {(int)response.StatusCode}, and then nothing that could be read.");
        }

        if (!response.IsSuccessStatusCode || !accepts(answer!))
        {
            throw Failure(url, response, answer, secrets);
        }
    }

    private Exception Failure(Uri url, HttpResponseMessage response, PlatformAnswer? answer, Secrets secrets)
    {
        var status = answer?.Status ?? (int)response.StatusCode;
        var words = answer?.Words is { } said && secrets.Clean(said) is { Length: > 0 } cleaned ? $": {cleaned}" : response.IsSuccessStatusCode ? ", and not that it took the message." : ".";
        var message = $"{url.Host} answered {status}{words}";
        if (Longer(RetryAfter.Of(response, time), answer?.RetryAfter) is { } delay)
        {
            return new RetryAfterException(delay, message) { ErrorCode = status.ToString(CultureInfo.InvariantCulture) };
        }

        return (HttpStatusCode)status is HttpStatusCode.BadRequest or HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.NotFound or HttpStatusCode.Gone
            ? new DeadLetterException(message) { ErrorCode = status.ToString(CultureInfo.InvariantCulture) }
            : new HttpRequestException(message, null, (HttpStatusCode)status);
    }

    private static TimeSpan? Longer(TimeSpan? header, TimeSpan? body) => header > body || body is null ? header : body;

    private async Task<PlatformAnswer?> ReadAsync(HttpContent content, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            return await BoundedReader.ReadAsync(content, MaxAnswerBytes, either.Token).ConfigureAwait(false) is { } bytes ? PlatformAnswer.Read(bytes) : null;
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return null;
        }
    }
}
