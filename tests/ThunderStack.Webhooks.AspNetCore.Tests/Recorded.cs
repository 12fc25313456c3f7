using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ThunderStack.Webhooks.AspNetCore.Tests;

/// <summary>What a host counts and logs.</summary>
internal sealed class Recorded : ILoggerProvider
{
    private readonly MeterListener _listener = new();

    public ConcurrentQueue<string> Lines { get; } = new();

    /// <summary>The outcomes of requests, one for each that was counted.</summary>
    public ConcurrentQueue<string> Outcomes { get; } = new();

    public void Listen(IServiceProvider services)
    {
        var meters = services.GetRequiredService<IMeterFactory>();
        _listener.InstrumentPublished = (instrument, self) =>
        {
            if (ReferenceEquals(instrument.Meter.Scope, meters) && instrument.Name == "thunderstack.webhook.requests")
            {
                self.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((_, _, tags, _) => Outcomes.Enqueue($"{tags[0].Value}"));
        _listener.Start();
    }

    public ILogger CreateLogger(string categoryName) => new Logger(Lines);

    public void Dispose() => _listener.Dispose();

    private sealed class Logger(ConcurrentQueue<string> lines) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                lines.Enqueue($"{formatter(state, exception)} {exception}".TrimEnd());
            }
        }
    }
}
