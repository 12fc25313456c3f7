using System.Net.Sockets;
using System.Security.Authentication;
using ThunderStack.Cloud.Transport;

namespace ThunderStack.Webhooks.Cli.Http;

/// <summary>Plain HTTP to receivers and emulators: no redirects, no cookies, a proxy only beyond this machine.</summary>
internal static class ToolHttp
{
    private const int MaxAnswerBytes = 1024 * 1024;

    public static HttpClient Create(Uri url, TimeSpan timeout, Action<SocketsHttpHandler>? configure = null, int maxAnswerBytes = MaxAnswerBytes)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = !url.IsLoopback,
            ConnectCallback = HappyEyeballs.ConnectAsync,
        };
        configure?.Invoke(handler);
        return new HttpClient(handler) { Timeout = timeout, MaxResponseContentBufferSize = maxAnswerBytes };
    }

    /// <summary>Whether a request failed, and not its caller.</summary>
    public static bool IsFailure(Exception exception, CancellationToken cancellationToken) =>
        exception is HttpRequestException or IOException or SocketException
        || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested);

    /// <summary>Why there was no answer, in a sentence.</summary>
    public static string Describe(Exception exception, TimeSpan timeout) => exception switch
    {
        OperationCanceledException => $"No answer within {timeout.TotalSeconds:0.###} s.",
        HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => "The host name cannot be resolved.",
        HttpRequestException { InnerException: SocketException { SocketErrorCode: SocketError.ConnectionRefused } } =>
            "The connection was refused: nothing listens there.",
        HttpRequestException { InnerException: AuthenticationException tls } => $"No trusted TLS connection: {tls.Message}",
        HttpRequestException { HttpRequestError: HttpRequestError.ResponseEnded } or HttpRequestException { InnerException: IOException } or IOException =>
            "The connection was cut before the answer was complete.",
        _ => exception.Message,
    };
}
