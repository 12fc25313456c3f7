using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Stores;

namespace ThunderStack.Webhooks.Dispatch;

/// <summary>Decides what follows a failed attempt.</summary>
internal sealed class RetrySchedule(IReadOnlyList<TimeSpan> delays, TimeProvider timeProvider)
{
    private const int MaxErrorLength = 500;

    // A server may ask for any time; beyond this it is as good as down, and an operator should see a normal retry.
    private static readonly TimeSpan MaxRequestedDelay = TimeSpan.FromDays(1);

    public Settlement Failed(int attempt, Exception exception)
    {
        var now = timeProvider.GetUtcNow();
        var error = Describe(exception);
        var code = ErrorCodes.Of(exception);
        if (exception is SupersededException)
        {
            return new Settlement(DeliveryOutcome.Superseded, now, Error: error);
        }

        if (exception is DeadLetterException || attempt > delays.Count)
        {
            return new Settlement(DeliveryOutcome.DeadLettered, now, Error: error) { ErrorCode = code };
        }

        var delay = Jitter.Beyond(delays[attempt - 1]);
        if (exception is RetryAfterException { Delay: var requested } && requested > delay)
        {
            delay = requested < MaxRequestedDelay ? requested : MaxRequestedDelay;
        }

        return new Settlement(DeliveryOutcome.Retry, now, delay, error) { ErrorCode = code };
    }

    /// <summary>One line: it goes to logs, tables and pages.</summary>
    private static string Describe(Exception exception)
    {
        var text = exception is DeadLetterException or RetryAfterException or SupersededException or TimeoutException
            ? exception.Message
            : Named(exception);

        // The outer message often says only that something failed; the innermost says what.
        var cause = exception.GetBaseException();
        return OneLine.Of(cause == exception ? text : $"{text} ({Named(cause)})", MaxErrorLength);
    }

    private static string Named(Exception exception) => $"{exception.GetType().Name}: {exception.Message}";
}
