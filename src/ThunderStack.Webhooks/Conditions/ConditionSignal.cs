using System.Threading.Channels;

namespace ThunderStack.Webhooks.Conditions;

/// <summary>
/// Says that something has happened from which a condition may follow. The application has one, a singleton: who raises it has every
/// <see cref="IConditionSource"/> asked soon, instead of at the next look.
/// </summary>
public sealed class ConditionSignal
{
    private readonly Channel<bool> _raised = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private int _isRaised;

    /// <summary>Costs next to nothing, on the way of every event.</summary>
    public void Raise()
    {
        if (Volatile.Read(ref _isRaised) == 0 && Interlocked.Exchange(ref _isRaised, 1) == 0)
        {
            _raised.Writer.TryWrite(true);
        }
    }

    /// <summary>Waits until it is raised, or for as long as this. Returns whether it is raised.</summary>
    /// <param name="atMost">How long at most.</param>
    /// <param name="time">The clock that this goes by.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public async Task<bool> WaitAsync(TimeSpan atMost, TimeProvider time, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var isRaised = _raised.Reader.WaitToReadAsync(limit.Token).AsTask();
        await Task.WhenAny(isRaised, Task.Delay(atMost, time, limit.Token)).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        var wasRaised = isRaised.IsCompletedSuccessfully;
        await limit.CancelAsync().ConfigureAwait(false);
        return wasRaised;
    }

    /// <summary>What is raised from now on counts anew.</summary>
    public void Reset()
    {
        _raised.Reader.TryRead(out _);
        Interlocked.Exchange(ref _isRaised, 0);
    }
}
