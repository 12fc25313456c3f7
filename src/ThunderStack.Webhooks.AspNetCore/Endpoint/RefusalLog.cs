using System.Net;
using Microsoft.Extensions.Logging;
using ThunderStack.Webhooks.Intake;

namespace ThunderStack.Webhooks.AspNetCore.Endpoint;

/// <summary>
/// Logs what was refused: at most one line a second for each outcome, with a count of those it left out, so that a flood of
/// forgeries is not a flood of log. The last of them are kept for who asks.
/// </summary>
internal sealed partial class RefusalLog(RecentRefusals recent, TimeProvider timeProvider, ILogger<RefusalLog> logger)
{
    private readonly LineLimit[] _limits = [.. Enum.GetValues<IntakeOutcome>().Select(_ => new LineLimit(timeProvider))];

    public void Write(in IntakeResult result, IPAddress? from)
    {
        recent.Add(result.Outcome, result.Reason, from);
        if (!logger.IsEnabled(LogLevel.Warning) || !_limits[(int)result.Outcome].MayWrite(out var leftOut))
        {
            return;
        }

        switch (result.Outcome == IntakeOutcome.Unavailable, leftOut)
        {
            case (true, 0):
                Log.Unavailable(logger, from, result.Reason);
                break;
            case (true, _):
                Log.MoreUnavailable(logger, from, result.Reason, leftOut);
                break;
            case (false, 0):
                Log.Refused(logger, result.Outcome, from, result.Reason);
                break;
            case (false, _):
                Log.MoreRefused(logger, result.Outcome, from, result.Reason, leftOut);
                break;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(500, LogLevel.Warning, "Refused a webhook from {From}: {Outcome}. {Reason}")]
        public static partial void Refused(ILogger logger, IntakeOutcome outcome, IPAddress? from, string? reason);

        [LoggerMessage(501, LogLevel.Warning, "Asked the sender at {From} to try again later: {Reason}")]
        public static partial void Unavailable(ILogger logger, IPAddress? from, string? reason);

        [LoggerMessage(502, LogLevel.Warning, "Refused a webhook from {From}: {Outcome}. {Reason} ({LeftOut} more like it since the last line)")]
        public static partial void MoreRefused(ILogger logger, IntakeOutcome outcome, IPAddress? from, string? reason, long leftOut);

        [LoggerMessage(503, LogLevel.Warning, "Asked the sender at {From} to try again later: {Reason} ({LeftOut} more like it since the last line)")]
        public static partial void MoreUnavailable(ILogger logger, IPAddress? from, string? reason, long leftOut);
    }
}
