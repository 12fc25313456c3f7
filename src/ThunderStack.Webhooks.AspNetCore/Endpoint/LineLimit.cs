namespace ThunderStack.Webhooks.AspNetCore.Endpoint;

/// <summary>Lets one line a second through and counts the others, for lines that strangers can cause.</summary>
internal sealed class LineLimit(TimeProvider timeProvider)
{
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private long? _writtenAt;
    private long _leftOut;

    /// <summary>Whether a line may be written now, and how many were left out since the last one.</summary>
    public bool MayWrite(out long leftOut)
    {
        lock (_gate)
        {
            if (_writtenAt is { } last && timeProvider.GetElapsedTime(last) < Quiet)
            {
                _leftOut++;
                leftOut = 0;
                return false;
            }

            _writtenAt = timeProvider.GetTimestamp();
            leftOut = _leftOut;
            _leftOut = 0;
            return true;
        }
    }
}
