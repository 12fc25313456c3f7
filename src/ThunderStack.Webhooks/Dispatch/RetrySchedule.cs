using ThunderStack.Webhooks.Inbox;

namespace ThunderStack.Webhooks.Dispatch;

/// <summary>Decides what follows a failed attempt.</summary>
internal sealed class RetrySchedule(IReadOnlyList<TimeSpan> delays, TimeProvider timeProvider)
{
    private const int MaxErrorLength = 500;
    private const double Jitter = 0.1;

    // A server may ask for any time; beyond this it is as good as down, and an operator should see a normal retry.
    private static readonly TimeSpan MaxRequestedDelay = TimeSpan.FromDays(1);

    public Settlement Failed(int attempt, Exception exception)
    {
        var now = timeProvider.GetUtcNow();
        var error = Describe(exception);
        if (exception is DeadLetterException || attempt > delays.Count)
        {
            return new Settlement(DeliveryOutcome.DeadLettered, now, Error: error);
        }

        var delay = delays[attempt - 1] * (1 + (Random.Shared.NextDouble() * Jitter));
        if (exception is RetryAfterException { Delay: var requested } && requested > delay)
        {
            delay = requested < MaxRequestedDelay ? requested : MaxRequestedDelay;
        }

        return new Settlement(DeliveryOutcome.Retry, now, delay, error);
    }

    /// <summary>One line: it goes to logs, tables and pages.</summary>
    private static string Describe(Exception exception)
    {
        var text = exception is DeadLetterException or RetryAfterException or TimeoutException
            ? exception.Message
            : $"{exception.GetType().Name}: {exception.Message}";
        var line = string.Create(Math.Min(text.Length, MaxErrorLength), text, static (span, source) =>
        {
            for (var i = 0; i < span.Length; i++)
            {
                span[i] = char.IsControl(source[i]) ? ' ' : source[i];
            }
        });
        return line;
    }
}
