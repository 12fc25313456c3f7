using System.Net.Sockets;
using ThunderStack.Cloud.Transport;

namespace ThunderStack.Cloud.NodeApi;

/// <summary>Sends one request to a node, once, and says what came of it: bounded in time and length.</summary>
internal sealed class NodeApiTransport(HttpClient http, TimeProvider time)
{
    private const int MaxBytes = 64 * 1024;

    public async Task<NodeApiAnswer> SendAsync(
        NodeApiEndpoint endpoint, HttpMethod method, string path, byte[]? body, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var request = JsonRequest.Create(method, endpoint.At(path), endpoint.Token, body);
        using var timeout = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token).ConfigureAwait(false);
            var bytes = await BoundedReader.ReadAsync(response.Content, MaxBytes, either.Token).ConfigureAwait(false);
            return bytes is null
                ? new NodeApiAnswer(NodeApiAnswerKind.Lost, $"it answered more than {MaxBytes / 1024} KiB, which no node does; check the URL")
                : NodeApiAnswer.Read(response, bytes, time);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new NodeApiAnswer(NodeApiAnswerKind.Lost, $"no complete answer within {limit.TotalSeconds:0.###} s");
        }
        // HttpClient lets a SocketException through as it is when the other end is gone as soon as the connection is made.
        catch (Exception exception) when (exception is HttpRequestException or IOException or SocketException)
        {
            return TransportError.Of(exception) switch
            {
                HttpRequestError.NameResolutionError => NotSent("its host name cannot be resolved"),
                HttpRequestError.ConnectionError => NotSent("it cannot be connected to"),
                HttpRequestError.SecureConnectionError => NotSent("no trusted TLS connection; check its certificate and this machine's clock"),
                HttpRequestError.ProxyTunnelError => NotSent("the proxy refused the connection"),
                _ => new NodeApiAnswer(NodeApiAnswerKind.Lost, "the connection was cut before the answer was complete"),
            };
        }
    }

    private static NodeApiAnswer NotSent(string reason) => new(NodeApiAnswerKind.NotSent, reason);
}
