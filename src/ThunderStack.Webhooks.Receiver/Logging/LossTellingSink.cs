using Serilog.Core;
using Serilog.Events;
using Serilog.Parsing;

namespace ThunderStack.Webhooks.Receiver.Logging;

/// <summary>Says, once lines are written again, how many were not.</summary>
internal sealed class LossTellingSink(ILogEventSink console, LostLines lost) : ILogEventSink, IDisposable
{
    private static readonly MessageTemplate Message = new MessageTemplateParser().Parse(
        "{Lost} lines are missing here: standard output was not read for a while");

    private long _told;

    public void Emit(LogEvent logEvent)
    {
        // One thread writes to the console.
        if (lost.Count is var count && count > _told)
        {
            console.Emit(new LogEvent(
                logEvent.Timestamp, LogEventLevel.Warning, null, Message, [new LogEventProperty("Lost", new ScalarValue(count - _told))]));
            _told = count;
        }

        console.Emit(logEvent);
    }

    public void Dispose() => (console as IDisposable)?.Dispose();
}
