using ThunderStack.Webhooks.Notify.Sending;

namespace ThunderStack.Webhooks.Notify.Heartbeats;

/// <summary>Asks for a heartbeat's URL.</summary>
internal sealed class HeartbeatSender(IHttpClientFactory clients, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <returns>What kept the switch from hearing of it, without the URL; <see langword="null"/> when it has heard.</returns>
    public async Task<string?> SendAsync(Heartbeat heartbeat, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            using var client = clients.CreateClient(PlatformSender.ClientName);
            using var response = await client.GetAsync(heartbeat.Url, HttpCompletionOption.ResponseHeadersRead, either.Token).ConfigureAwait(false);
            return response.IsSuccessStatusCode ? null : $"{heartbeat.Url.Host} answered {(int)response.StatusCode}";
        }
        catch (HttpRequestException exception)
        {
            return Secrets.Of(heartbeat.Url).Clean(exception.Message);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return $"{heartbeat.Url.Host} did not answer within {Patience.TotalSeconds} s";
        }
    }
}
