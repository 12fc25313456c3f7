using System.Diagnostics;
using ThunderStack.Cloud.Transport;

namespace ThunderStack.Webhooks.Handlers;

/// <summary>
/// Keeps connections. The other end may close one at the very moment at which a request is sent over it; the framework sends a
/// request with a body only once, so it is sent again here, at once and over a new connection. Its receiver knows a repeat by its id.
/// </summary>
/// <remarks>Source: RFC 9112, section 9.3.1.</remarks>
/// <param name="isTraced">
/// Whether requests are activities, whose tags have the whole URL, and carry their trace. Not where the URL is a secret.
/// </param>
internal sealed class ForwardConnections(bool isTraced = true) : DelegatingHandler(Create(keeps: true, isTraced))
{
    private static readonly HttpRequestOptionsKey<Opening> OpeningKey = new("ThunderStack.Webhooks.Opening");

    private readonly HttpMessageInvoker _unkept = new(Create(keeps: false, isTraced));

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var opening = new Opening();
        request.Options.Set(OpeningKey, opening);
        try
        {
            return await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch (HttpRequestException exception) when (!opening.HasBegun && HasEndedUnanswered(exception))
        {
            return await _unkept.SendAsync(request, cancellationToken).ConfigureAwait(false);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _unkept.Dispose();
        }

        base.Dispose(disposing);
    }

    // While sending, or instead of an answer; what fails before, such as a name or a certificate, has an error of its own.
    private static bool HasEndedUnanswered(HttpRequestException exception) =>
        exception.HttpRequestError == HttpRequestError.ResponseEnded
        || exception is { HttpRequestError: HttpRequestError.Unknown, InnerException: IOException };

    private static SocketsHttpHandler Create(bool keeps, bool isTraced) => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        ActivityHeadersPropagator = isTraced ? DistributedContextPropagator.Current : null,
        PooledConnectionLifetime = keeps ? Timeout.InfiniteTimeSpan : TimeSpan.Zero,
        ConnectCallback = (context, cancellationToken) =>
        {
            if (context.InitialRequestMessage.Options.TryGetValue(OpeningKey, out var opening))
            {
                opening.HasBegun = true;
            }

            return HappyEyeballs.ConnectAsync(context, cancellationToken);
        },
    };

    /// <summary>Whether a connection is opened for a request, which then hardly uses one that was kept.</summary>
    private sealed class Opening
    {
        private volatile bool _hasBegun;

        public bool HasBegun
        {
            get => _hasBegun;
            set => _hasBegun = value;
        }
    }
}
