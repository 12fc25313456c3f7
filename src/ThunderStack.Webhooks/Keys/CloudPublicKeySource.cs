using Microsoft.Extensions.Options;
using ThunderStack.Cloud;

namespace ThunderStack.Webhooks.Keys;

/// <summary>Takes the key from ThunderStack Cloud.</summary>
internal sealed class CloudPublicKeySource(ThunderStackCloudClient cloud, IOptionsMonitor<ThunderStackCloudOptions> options)
    : IPublicKeySource
{
    public string Name => new Uri(options.CurrentValue.BaseAddress).AbsoluteUri.TrimEnd('/');

    public Task<string> FetchAsync(CancellationToken cancellationToken) => cloud.GetWebhookPublicKeyAsync(cancellationToken);
}
