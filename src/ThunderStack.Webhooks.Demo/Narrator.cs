using System.Text.RegularExpressions;
using ThunderStack.Cloud;

namespace ThunderStack.Webhooks.Demo;

/// <summary>
/// Tells what both programs log, a line each, with who says it. What the framework has to say below a warning is left out.
/// </summary>
internal sealed partial class Narrator
{
    private const string OwnCategories = "ThunderStack.";

    private readonly Lock _gate = new();
    private Queue<Action>? _held = new();

    /// <summary>Tells what was said so far, and from now on at once.</summary>
    public void Begin()
    {
        lock (_gate)
        {
            while (_held?.TryDequeue(out var tell) == true)
            {
                tell();
            }

            _held = null;
        }
    }

    /// <summary>Takes down what <paramref name="who"/> logs.</summary>
    public ILoggerProvider For(string who, ConsoleColor color) => new Provider(this, who, color);

    public void Say(string who, ConsoleColor color, string text)
    {
        var at = TimeProvider.System.GetLocalNow();
        lock (_gate)
        {
            if (_held is null)
            {
                Write();
            }
            else
            {
                _held.Enqueue(Write);
            }
        }

        void Write()
        {
            Console.Write($"{at:HH:mm:ss} ");
            Console.ForegroundColor = color;
            Console.Write($"{who,-10} ");
            Console.ResetColor();
            Console.WriteLine(LongId().Replace(VisibleText.Escape(text), "…$1"));
        }
    }

    // Event ids have 64 digits; the first are the time, the last ten tell them apart, and the command line takes those.
    [GeneratedRegex("[0-9a-f]{54}([0-9a-f]{10})")]
    private static partial Regex LongId();

    private sealed class Provider(Narrator narrator, string who, ConsoleColor color) : ILoggerProvider
    {
        public ILogger CreateLogger(string categoryName) =>
            new Logger(narrator, who, color, categoryName.StartsWith(OwnCategories, StringComparison.Ordinal) ? LogLevel.Information : LogLevel.Warning);

        public void Dispose()
        {
        }
    }

    private sealed class Logger(Narrator narrator, string who, ConsoleColor color, LogLevel least) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= least;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                narrator.Say(who, color, formatter(state, exception));
            }
        }
    }
}
