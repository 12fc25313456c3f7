using System.Net;
using Microsoft.Extensions.Options;
using ThunderStack.Cloud.Nodes;
using ThunderStack.Cloud.Transport;

namespace ThunderStack.Cloud;

/// <summary>
/// The cloud's REST API. The address and the token are read at each call, so a changed token works without a restart.
/// Safe for concurrent use; register it with <c>AddThunderStackCloud</c>.
/// </summary>
/// <remarks>
/// The token goes to <see cref="ThunderStackCloudOptions.BaseAddress"/> and nowhere else: a redirect is an error. Every failure is
/// a <see cref="ThunderStackCloudException"/>.
/// </remarks>
public sealed class ThunderStackCloudClient
{
    private const int MaxKeyBytes = 64 * 1024;

    private readonly CloudTransport _transport;

    /// <summary>Creates the client.</summary>
    /// <param name="http">Sends the requests; must not follow redirects.</param>
    /// <param name="options">The address and the token.</param>
    /// <param name="timeProvider">The clock that a request's 30 s run on; the system's by default.</param>
    public ThunderStackCloudClient(HttpClient http, IOptionsMonitor<ThunderStackCloudOptions> options, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(http);
        ArgumentNullException.ThrowIfNull(options);
        _transport = new CloudTransport(http, options, timeProvider ?? TimeProvider.System);
        Nodes = new CloudNodesClient(_transport);
    }

    /// <summary>The nodes of the account.</summary>
    public CloudNodesClient Nodes { get; }

    /// <summary>
    /// The key that signs the account's webhooks, as text, exactly as it is served: nothing here judges it.
    /// </summary>
    /// <remarks>
    /// <c>GET /api/webhook-public-key</c>, asked once: whoever needs the key has a pace of its own. The answer is
    /// <c>{"data":"…"}</c>, a bare JSON string or plain text, of at most 64 KiB.
    /// </remarks>
    /// <exception cref="ThunderStackCloudException">There is no answer within 30 s, or none with a key.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public async Task<string> GetWebhookPublicKeyAsync(CancellationToken cancellationToken = default)
    {
        const string Path = "/api/webhook-public-key";
        var call = new CloudCall(HttpMethod.Get, Path) { MaxBytes = MaxKeyBytes };
        var answer = await _transport.SendAsync(call, cancellationToken).ConfigureAwait(false);
        return WebhookPublicKeyAnswer.Read(answer, out var problem)
            ?? throw new ThunderStackCloudException(
                $"GET {Path}: the cloud answered {problem}; {CloudFailure.CheckBaseAddress}.", HttpStatusCode.OK);
    }
}
