using Microsoft.Extensions.DependencyInjection;
using ThunderStack.Cloud;
using ThunderStack.Cloud.Nodes;

namespace ThunderStack.Webhooks.AspNetCore.Tests.Readme;

internal static class CloudClient
{
    public static async Task CreateAsync(IServiceCollection services, ThunderStackCloudClient cloud, string token, CancellationToken cancellationToken)
    {
        // README: begin
        services.AddThunderStackCloud(options => options.ApiToken = token);

        var node = await cloud.Nodes.CreateAsync(
            new NewCloudNode { Name = "my node", Network = CloudNetwork.Regtest, WebhookUrl = new Uri("https://your-host/webhooks/thunderstack") },
            cancellationToken);
        // README: end
        ArgumentNullException.ThrowIfNull(node);
    }
}
