using ThunderStack.Webhooks.Cli.Sources;

namespace ThunderStack.Webhooks.Cli.Watch;

/// <summary>Follows a receiver's live stream, and comes back to it when it ends.</summary>
/// <param name="receiver">The receiver.</param>
/// <param name="time">The clock.</param>
/// <param name="note">Told what happens to the connection.</param>
internal sealed class LiveFollower(ReceiverClient receiver, TimeProvider time, Action<string> note)
{
    private const string ContentType = "text/event-stream";

    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestRequested = TimeSpan.FromMinutes(5);

    private string? _lastId;
    private TimeSpan _retry = FirstWait;

    /// <summary>When the first connection was made, by the receiver's clock.</summary>
    public DateTimeOffset? Started { get; private set; }

    /// <summary>Tells every message until it is cancelled, or asking again is useless.</summary>
    /// <exception cref="ReceiverException">The first connection failed, or a later one for good.</exception>
    public async Task FollowAsync(Func<LiveMessage, Task> tell, CancellationToken cancellationToken)
    {
        var isConnected = false;
        for (var failures = 0; ; failures++)
        {
            var begun = time.GetTimestamp();
            ReceiverException problem;
            try
            {
                using var answer = await receiver.OpenAsync("api/v1/stream", ContentType, _lastId, cancellationToken);
                note(isConnected ? "Watching again." : $"Watching {receiver.Address.AbsoluteUri.TrimEnd('/')}. Ctrl+C ends it.");
                isConnected = true;
                Started ??= answer.Headers.Date;
                problem = await ReadAsync(answer, tell, cancellationToken);
            }
            catch (ReceiverException exception) when (isConnected && exception.IsPassing)
            {
                problem = exception;
            }

            if (!problem.IsPassing)
            {
                throw problem;
            }

            // One that held was no failure: the next is the first again.
            failures = time.GetElapsedTime(begun) > LongestWait ? 0 : failures;
            var wait = WaitFor(failures, problem);
            note($"{problem.Message} Trying again in {wait.TotalSeconds:0.#} s.");
            await Task.Delay(wait, time, cancellationToken);
        }
    }

    /// <summary>Reads until it ends; returns why.</summary>
    private async Task<ReceiverException> ReadAsync(HttpResponseMessage answer, Func<LiveMessage, Task> tell, CancellationToken cancellationToken)
    {
        await using var stream = await answer.Content.ReadAsStreamAsync(cancellationToken);
        var reader = new LiveReader(stream, time);
        while (true)
        {
            LiveMessage? message;
            try
            {
                message = await reader.ReadAsync(cancellationToken);
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
            {
                return receiver.Broken(exception);
            }

            _retry = reader.Retry ?? _retry;
            if (message is null)
            {
                return ReceiverException.Unreachable(receiver.Address, "It has ended the stream.");
            }

            await tell(message);
            _lastId = message.Id ?? _lastId;
        }
    }

    private TimeSpan WaitFor(int failures, ReceiverException problem)
    {
        if (problem.RetryAfter is { } asked && asked > TimeSpan.Zero)
        {
            return asked < LongestRequested ? asked : LongestRequested;
        }

        // Many may have lost the same receiver: they come back one after the other.
        var wait = FirstWait * Math.Pow(2, Math.Min(failures, 10)) * (0.8 + (0.4 * Random.Shared.NextDouble()));
        wait = wait < _retry ? _retry : wait;
        return wait < LongestWait ? wait : LongestWait;
    }
}
