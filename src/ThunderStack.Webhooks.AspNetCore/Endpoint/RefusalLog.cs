using System.Net;
using Microsoft.Extensions.Logging;
using ThunderStack.Webhooks.Intake;

namespace ThunderStack.Webhooks.AspNetCore.Endpoint;

/// <summary>
/// Logs what was refused: at most one line a second for each outcome, with a count of those it left out, so that a flood of
/// forgeries is not a flood of log.
/// </summary>
internal sealed partial class RefusalLog(TimeProvider timeProvider, ILogger<RefusalLog> logger)
{
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(1);

    private readonly Entry[] _entries = [.. Enum.GetValues<IntakeOutcome>().Select(_ => new Entry())];

    public void Write(in IntakeResult result, IPAddress? from)
    {
        if (!logger.IsEnabled(LogLevel.Warning))
        {
            return;
        }

        long leftOut;
        var entry = _entries[(int)result.Outcome];
        lock (entry)
        {
            if (entry.LoggedAt is { } last && timeProvider.GetElapsedTime(last) < Quiet)
            {
                entry.LeftOut++;
                return;
            }

            entry.LoggedAt = timeProvider.GetTimestamp();
            leftOut = entry.LeftOut;
            entry.LeftOut = 0;
        }

        if (result.Outcome == IntakeOutcome.Unavailable)
        {
            Log.Unavailable(logger, from, result.Reason, leftOut);
        }
        else
        {
            Log.Refused(logger, result.Outcome, from, result.Reason, leftOut);
        }
    }

    private sealed class Entry
    {
        public long? LoggedAt { get; set; }

        public long LeftOut { get; set; }
    }

    private static partial class Log
    {
        [LoggerMessage(500, LogLevel.Warning, "Refused a webhook from {From}: {Outcome}. {Reason} ({LeftOut} more like it since the last line)")]
        public static partial void Refused(ILogger logger, IntakeOutcome outcome, IPAddress? from, string? reason, long leftOut);

        [LoggerMessage(501, LogLevel.Warning, "Asked the sender at {From} to try again later: {Reason} ({LeftOut} more like it since the last line)")]
        public static partial void Unavailable(ILogger logger, IPAddress? from, string? reason, long leftOut);
    }
}
