using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace ThunderStack.Webhooks.Tests.Keys;

/// <summary>Keeps what is logged by this product.</summary>
internal sealed class LogCollector : ILoggerProvider
{
    private readonly ConcurrentQueue<LogLine> _lines = new();

    public IReadOnlyCollection<LogLine> Lines => [.. _lines];

    public IEnumerable<string> At(LogLevel level) => _lines.Where(line => line.Level == level).Select(line => line.Text);

    public ILogger CreateLogger(string categoryName) => new Logger(categoryName, _lines);

    public void Dispose()
    {
    }

    private sealed class Logger(string category, ConcurrentQueue<LogLine> lines) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (category.StartsWith("ThunderStack", StringComparison.Ordinal))
            {
                lines.Enqueue(new LogLine(logLevel, formatter(state, exception) + exception));
            }
        }
    }
}

internal sealed record LogLine(LogLevel Level, string Text);
