using System.Net;

namespace ThunderStack.Cloud.Transport;

/// <summary>An answer that is read while it arrives: bounded in length and in the time that is spent waiting for it.</summary>
internal sealed class CloudStream(CloudCall call, HttpResponseMessage response, Stream stream, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(2);

    private TimeSpan _waited;
    private long _received;

    /// <summary>The next bytes; 0 at the end.</summary>
    /// <exception cref="ThunderStackCloudException">The line was cut, or the cloud says nothing for too long, or too much.</exception>
    public async ValueTask<int> ReadAsync(Memory<byte> room, CancellationToken cancellationToken)
    {
        // Only the waiting counts: how long the caller takes for a node is the caller's affair.
        var started = time.GetTimestamp();
        var patience = TimeSpan.FromTicks(Math.Min(LongestSilence.Ticks, (LongestWait - _waited).Ticks));
        using var timeout = new CancellationTokenSource(patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            var count = await stream.ReadAsync(room, either.Token).ConfigureAwait(false);
            _received += count;
            _waited += time.GetElapsedTime(started);
            return _received <= call.MaxBytes && _waited < LongestWait
                ? count
                : throw new ThunderStackCloudException(
                    $"{call.What}: the cloud answered more than {call.MaxBytes / 1024} KiB, or for too long; {CloudFailure.CheckBaseAddress}.",
                    HttpStatusCode.OK);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw CloudFailure.OfTimeout(call, patience, exception);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            throw CloudFailure.Of(exception, call);
        }
    }

    public void Dispose() => response.Dispose();
}
