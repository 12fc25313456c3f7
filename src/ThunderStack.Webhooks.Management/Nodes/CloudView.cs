using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ThunderStack.Cloud;
using ThunderStack.Cloud.Nodes;
using ThunderStack.Webhooks.Events;

namespace ThunderStack.Webhooks.Management.Nodes;

/// <summary>
/// What the cloud says of the nodes, asked at most every minute and only while somebody looks. Nobody waits long for it: what it said
/// before is shown until it has answered.
/// </summary>
internal sealed partial class CloudView(
    ThunderStackCloudClient cloud, IOptionsMonitor<ThunderStackCloudOptions> options, TimeProvider time, ILogger<CloudView> logger)
{
    private static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan FirstPatience = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private volatile IReadOnlyDictionary<NodeId, CloudNode>? _known;
    private Task _asking = Task.CompletedTask;
    private long? _askedAt;

    /// <summary>Why it says nothing new; <see langword="null"/> when it does.</summary>
    public string? Problem { get; private set; }

    /// <summary>Whether there is a token to ask with.</summary>
    public bool HasToken => !string.IsNullOrEmpty(options.CurrentValue.ApiToken);

    /// <summary>What it said last; <see langword="null"/> when it has not answered yet, or cannot be asked.</summary>
    public async Task<IReadOnlyDictionary<NodeId, CloudNode>?> LookAsync(CancellationToken cancellationToken)
    {
        if (!HasToken)
        {
            return null;
        }

        Task asking;
        lock (_gate)
        {
            if (_asking.IsCompleted && (_askedAt is not { } askedAt || time.GetElapsedTime(askedAt) >= MaxAge))
            {
                _askedAt = time.GetTimestamp();

                // Detached: it serves whoever asks meanwhile.
                _asking = Task.Run(AskAsync, CancellationToken.None);
            }

            asking = _asking;
        }

        if (_known is null && Problem is null)
        {
            await Task.WhenAny(asking, Task.Delay(FirstPatience, TimeProvider.System, cancellationToken));
        }

        return _known;
    }

    private async Task AskAsync()
    {
        try
        {
            var nodes = await cloud.Nodes.ListAsync(CancellationToken.None);
            _known = nodes.DistinctBy(node => node.NodeId).ToDictionary(node => new NodeId(node.NodeId));
            Problem = null;
        }
        catch (Exception exception)
        {
            Problem = exception is ThunderStackCloudException ? exception.Message : "The cloud's answer could not be used; the log says why.";
            Log.Failed(logger, exception.Message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1120, LogLevel.Debug, "The cloud did not say how the nodes are: {Reason}")]
        public static partial void Failed(ILogger logger, string reason);
    }
}
