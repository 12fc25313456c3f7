using System.Collections.Concurrent;
using Serilog.Core;
using Serilog.Events;
using Serilog.Parsing;

namespace ThunderStack.Webhooks.Receiver.Logging;

/// <summary>
/// Limits what the framework warns of, by the kind of line: ten in ten seconds, the others counted. Strangers can cause many of them,
/// and the framework does not count. The product's own lines are limited where they are made; those below a warning are off
/// unless someone wants them all.
/// </summary>
internal sealed class LimitedSink(ILogEventSink sink, TimeProvider timeProvider) : ILogEventSink, IDisposable
{
    public const int LinesInWindow = 10;

    // Far more kinds of lines than there are; templates that are made up as they go would otherwise be kept for ever.
    private const int MaxKinds = 500;

    private static readonly TimeSpan Window = TimeSpan.FromSeconds(10);
    private static readonly MessageTemplate LeftOut = new MessageTemplateParser().Parse("{LeftOut} more lines like the next one were left out");

    private readonly ConcurrentDictionary<(string? Source, string Template), Kind> _kinds = new();

    public void Emit(LogEvent logEvent)
    {
        var source = logEvent.Properties.TryGetValue(Constants.SourceContextPropertyName, out var value) ? (value as ScalarValue)?.Value as string : null;
        if (logEvent.Level < LogEventLevel.Warning || source?.StartsWith("ThunderStack.", StringComparison.Ordinal) == true)
        {
            sink.Emit(logEvent);
            return;
        }

        if (_kinds.Count > MaxKinds)
        {
            _kinds.Clear();
        }

        var kind = _kinds.GetOrAdd((source, logEvent.MessageTemplate.Text), static (_, now) => new Kind(now), timeProvider.GetTimestamp());
        if (!kind.MayWrite(timeProvider, out var leftOut))
        {
            return;
        }

        if (leftOut > 0)
        {
            sink.Emit(new LogEvent(
                logEvent.Timestamp, logEvent.Level, null, LeftOut,
                [new LogEventProperty("LeftOut", new ScalarValue(leftOut)), new LogEventProperty(Constants.SourceContextPropertyName, new ScalarValue(source))]));
        }

        sink.Emit(logEvent);
    }

    public void Dispose() => (sink as IDisposable)?.Dispose();

    private sealed class Kind(long now)
    {
        private readonly Lock _gate = new();
        private long _since = now;
        private int _written;
        private long _leftOut;

        public bool MayWrite(TimeProvider timeProvider, out long leftOut)
        {
            lock (_gate)
            {
                leftOut = 0;
                if (timeProvider.GetElapsedTime(_since) >= Window)
                {
                    _since = timeProvider.GetTimestamp();
                    _written = 0;
                    leftOut = _leftOut;
                    _leftOut = 0;
                }

                if (_written == LinesInWindow)
                {
                    _leftOut++;
                    return false;
                }

                _written++;
                return true;
            }
        }
    }
}
