using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.Options;

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
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(30);

    private readonly HttpClient _http;
    private readonly IOptionsMonitor<ThunderStackCloudOptions> _options;
    private readonly TimeProvider _timeProvider;

    /// <summary>Creates the client.</summary>
    /// <param name="http">Sends the requests; must not follow redirects.</param>
    /// <param name="options">The address and the token.</param>
    /// <param name="timeProvider">The clock that a request's 30 s run on; the system's by default.</param>
    public ThunderStackCloudClient(HttpClient http, IOptionsMonitor<ThunderStackCloudOptions> options, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(http);
        ArgumentNullException.ThrowIfNull(options);
        _http = http;
        _options = options;
        _timeProvider = timeProvider ?? TimeProvider.System;
    }

    /// <summary>
    /// The key that signs the account's webhooks, as text, exactly as it is served: nothing here judges it.
    /// </summary>
    /// <remarks>
    /// <c>GET /api/webhook-public-key</c>. The answer is <c>{"data":"…"}</c>, a bare JSON string or plain text, of at most 64 KiB.
    /// </remarks>
    /// <exception cref="ThunderStackCloudException">There is no answer within 30 s, or none with a key.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public async Task<string> GetWebhookPublicKeyAsync(CancellationToken cancellationToken = default)
    {
        const string Path = "/api/webhook-public-key";
        var answer = await SendAsync(HttpMethod.Get, Path, MaxKeyBytes, cancellationToken).ConfigureAwait(false);
        return WebhookPublicKeyAnswer.Read(answer, out var problem)
            ?? throw new ThunderStackCloudException(
                $"GET {Path}: the cloud answered {problem}; {CloudFailure.CheckBaseAddress}.", HttpStatusCode.OK);
    }

    private async Task<byte[]> SendAsync(HttpMethod method, string path, int maxBytes, CancellationToken cancellationToken)
    {
        var what = $"{method} {path}";
        var options = CurrentOptions();
        using var request = new HttpRequestMessage(method, new Uri(options.BaseAddress.TrimEnd('/') + path));
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        if (!string.IsNullOrEmpty(options.ApiToken))
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", options.ApiToken);
        }

        using var timeout = new CancellationTokenSource(RequestTimeout, _timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token)
                .ConfigureAwait(false);
            if (CloudFailure.Of(response, what, !string.IsNullOrEmpty(options.ApiToken)) is { } failure)
            {
                throw failure;
            }

            return await BoundedReader.ReadAsync(response.Content, maxBytes, either.Token).ConfigureAwait(false)
                ?? throw new ThunderStackCloudException(
                    $"{what}: the cloud answered more than {maxBytes / 1024} KiB; {CloudFailure.CheckBaseAddress}.", response.StatusCode);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ThunderStackCloudException(
                $"{what}: no complete answer within {RequestTimeout.TotalSeconds:0} s; "
                    + "is the cloud reachable from here (network, proxy, firewall)?",
                innerException: exception);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            throw CloudFailure.Of(exception, what);
        }
    }

    private ThunderStackCloudOptions CurrentOptions()
    {
        try
        {
            var options = _options.CurrentValue;
            var problems = string.Join(" ", ThunderStackCloudOptionsValidator.Problems(options));
            return problems.Length == 0 ? options : throw new ThunderStackCloudException(problems);
        }
        catch (OptionsValidationException exception)
        {
            // Settings that were changed while running, to something that is not valid.
            throw new ThunderStackCloudException(string.Join(" ", exception.Failures), innerException: exception);
        }
    }
}
