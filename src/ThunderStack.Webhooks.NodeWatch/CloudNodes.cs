using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ThunderStack.Cloud;
using ThunderStack.Cloud.Nodes;
using ThunderStack.Webhooks.Events;

namespace ThunderStack.Webhooks.NodeWatch;

/// <summary>
/// What the cloud says of the nodes: where their API is, and whether they are initialized. One answer serves all nodes, and a cloud
/// that fails is asked less often; what it said before goes on.
/// </summary>
internal sealed partial class CloudNodes(
    ThunderStackCloudClient cloud, IOptionsMonitor<ThunderStackCloudOptions> options, TimeProvider time, ILogger<CloudNodes> logger)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(16);
    private static readonly TimeSpan LongestRetryAfter = TimeSpan.FromHours(1);

    private readonly SemaphoreSlim _asking = new(1);
    private volatile IReadOnlyDictionary<NodeId, CloudNode>? _known;
    private long? _askedAt;
    private TimeSpan _pause;
    private int _failures;

    /// <summary>The token, when there is one to ask with.</summary>
    public string? Token => options.CurrentValue.ApiToken is { Length: > 0 } token ? token : null;

    /// <summary>What it said last; <see langword="null"/> when it never answered.</summary>
    public IReadOnlyDictionary<NodeId, CloudNode>? Known => Token is null ? null : _known;

    /// <summary>What it says of a node, in an answer that is no older than this, if the cloud gives one.</summary>
    public async Task<CloudNode?> FindAsync(NodeId node, TimeSpan maxAge, CancellationToken cancellationToken)
    {
        if (Token is null)
        {
            return null;
        }

        await _asking.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_askedAt is not { } askedAt || time.GetElapsedTime(askedAt) >= (_failures > 0 ? _pause : maxAge))
            {
                await AskAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            _asking.Release();
        }

        return Known?.GetValueOrDefault(node);
    }

    private async Task AskAsync(CancellationToken cancellationToken)
    {
        try
        {
            var nodes = await cloud.Nodes.ListAsync(cancellationToken).ConfigureAwait(false);
            _known = nodes.DistinctBy(node => node.NodeId).ToDictionary(node => new NodeId(node.NodeId));
            _failures = 0;
        }
        catch (ThunderStackCloudException exception)
        {
            _failures++;
            _pause = Jitter.Around(Backoff.After(_failures, FirstPause, LongestPause)).OrAsked(exception.RetryAfter, LongestRetryAfter);
            if (_failures == 1)
            {
                Log.Failed(logger, exception.Message);
            }
        }

        _askedAt = time.GetTimestamp();
    }

    private static partial class Log
    {
        [LoggerMessage(911, LogLevel.Warning, "The cloud does not say where the nodes' own API is; it is asked again, and this logged again once it has answered meanwhile: {Reason}")]
        public static partial void Failed(ILogger logger, string reason);
    }
}
