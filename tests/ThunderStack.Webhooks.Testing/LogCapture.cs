using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace ThunderStack.Webhooks.Testing;

/// <summary>Everything that is logged at any level, with its exceptions.</summary>
public sealed class LogCapture : ILoggerProvider, ILogger
{
    public ConcurrentQueue<string> Lines { get; } = new();

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Lines.Enqueue($"{formatter(state, exception)} {state} {exception}");

    public void Dispose()
    {
    }
}
