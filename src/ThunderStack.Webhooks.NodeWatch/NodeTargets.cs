using Microsoft.Extensions.Options;
using ThunderStack.Cloud.NodeApi;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Nodes;

namespace ThunderStack.Webhooks.NodeWatch;

/// <summary>Finds where a node's API is, and the token that may be sent there.</summary>
internal sealed class NodeTargets(NodeDirectory nodes, CloudNodes cloud, IOptions<NodeWatchOptions> options)
{
    private const int MaxTokenLength = 64 * 1024;

    // An address hardly ever changes.
    private static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(10);

    /// <summary>Whether there is anything to watch.</summary>
    public bool HasAny => options.Value.Enabled && (cloud.Token is not null || nodes.Nodes.Any(node => !string.IsNullOrEmpty(node.Api.Url)));

    public async Task<NodeTarget> FindAsync(NodeOptions node, CancellationToken cancellationToken)
    {
        if (!string.IsNullOrEmpty(node.Api.Url))
        {
            return await ConfiguredAsync(node.Api, cancellationToken).ConfigureAwait(false);
        }

        if (cloud.Token is null)
        {
            return new NodeTarget(null);
        }

        var known = await cloud.FindAsync(new NodeId(node.NodeId), MaxAge, cancellationToken).ConfigureAwait(false);
        return known?.InvokeUrl is not { Length: > 0 } url ? new NodeTarget(null, IsUnknown: cloud.Known is null)
            : !Uri.TryCreate(url, UriKind.Absolute, out var address) || !MayHaveCloudToken(address)
                ? new NodeTarget(null, "the cloud names an address that is not in ThunderStack:Cloud:NodeApiHosts; add its host, or write the node's Api:Url")
            : Create(address, cloud.Token);
    }

    private async Task<NodeTarget> ConfiguredAsync(NodeApiOptions api, CancellationToken cancellationToken)
    {
        var address = new Uri(api.Url!);
        if (string.IsNullOrEmpty(api.TokenFile))
        {
            return Create(address, MayHaveCloudToken(address) ? cloud.Token : null);
        }

        try
        {
            return new FileInfo(api.TokenFile) is { Exists: true, Length: > MaxTokenLength }
                ? new NodeTarget(null, $"{api.TokenFile} is too long for a token")
                : Create(address, (await File.ReadAllTextAsync(api.TokenFile, cancellationToken).ConfigureAwait(false)).Trim());
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return new NodeTarget(null, $"its token cannot be read: {exception.Message}");
        }
    }

    private bool MayHaveCloudToken(Uri address) =>
        (address.Scheme == Uri.UriSchemeHttps || address.IsLoopback)
        && options.Value.EffectiveNodeApiHosts.Contains(address.IdnHost, StringComparer.OrdinalIgnoreCase);

    private static NodeTarget Create(Uri address, string? token)
    {
        try
        {
            return new NodeTarget(new NodeApiEndpoint(address, token));
        }
        catch (ArgumentException exception)
        {
            // In the endpoint's words, which repeat neither of them; the name of its parameter says nothing to an operator.
            return new NodeTarget(null, exception.Message.Split(" (Parameter", 2)[0].TrimEnd('.'));
        }
    }
}
