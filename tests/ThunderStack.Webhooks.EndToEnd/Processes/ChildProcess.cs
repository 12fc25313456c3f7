using System.Diagnostics;

namespace ThunderStack.Webhooks.EndToEnd.Processes;

/// <summary>A .NET program in a process of its own, with what it wrote kept for the message of a failing test.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private const int KeptLines = 300;

    private readonly Process _process;
    private readonly Queue<string> _lines = new();
    private readonly Action<string>? _onLine;
    private long _writtenCharacters;

    private ChildProcess(ProcessStartInfo start, Action<string>? onLine, bool isRead)
    {
        _onLine = onLine;
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        StartedAt = TimeProvider.System.GetTimestamp();
        _process.Start();
        if (isRead)
        {
            _process.BeginOutputReadLine();
            _process.BeginErrorReadLine();
        }
    }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>The processor time that it has used so far, on all cores together.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>When it was started, as a timestamp of the system's clock.</summary>
    public long StartedAt { get; }

    /// <summary>How much it has written so far, line ends left out.</summary>
    public long WrittenCharacters => Volatile.Read(ref _writtenCharacters);

    /// <summary>The last lines of standard output and error.</summary>
    public string Output
    {
        get
        {
            lock (_lines)
            {
                return string.Join('\n', _lines);
            }
        }
    }

    /// <summary>Starts <c>dotnet <paramref name="program"/></c>.</summary>
    /// <param name="program">The path of a <c>.dll</c>, or a command of the SDK.</param>
    /// <param name="arguments">Its command line.</param>
    /// <param name="environment">Variables beside those inherited; nothing that configures a program is inherited.</param>
    /// <param name="workingDirectory">Where it runs.</param>
    /// <param name="onLine">Told every line as it is written.</param>
    /// <param name="isRead">Whether what it writes is read; otherwise it writes into pipes that fill.</param>
    public static ChildProcess Start(
        string program,
        IEnumerable<string> arguments,
        IEnumerable<KeyValuePair<string, string>> environment,
        string workingDirectory,
        Action<string>? onLine = null,
        bool isRead = true)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = workingDirectory,
        };
        start.ArgumentList.Add(program);
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var inherited in start.Environment.Keys.Where(Configures).ToList())
        {
            start.Environment.Remove(inherited);
        }

        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return new ChildProcess(start, onLine, isRead);
    }

    public void Send(Signal signal) => Signals.Send(_process.Id, signal);

    /// <summary>Ends it as a crash would: no handler runs, no buffer is flushed.</summary>
    public async Task KillAsync()
    {
        if (!_process.HasExited)
        {
            Send(Signal.Kill);
        }

        await _process.WaitForExitAsync(CancellationToken.None);
    }

    /// <summary>Waits until it ends and returns its exit code.</summary>
    public async Task<int> ExitAsync(TimeSpan within)
    {
        try
        {
            await _process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(within, TimeProvider.System);
            return _process.ExitCode;
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"The process did not end within {within.TotalSeconds:0} s. It wrote:\n{Output}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process.Dispose();
    }

    private static bool Configures(string variable) =>
        variable.StartsWith("ThunderStack", StringComparison.OrdinalIgnoreCase)
        || variable.StartsWith("ASPNETCORE_", StringComparison.OrdinalIgnoreCase)
        || variable.StartsWith("Logging__", StringComparison.OrdinalIgnoreCase)
        || variable.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)
        || variable is "DOTNET_ENVIRONMENT" or "URLS" or "LD_PRELOAD";

    private void Keep(string? line)
    {
        if (line is null)
        {
            return;
        }

        Interlocked.Add(ref _writtenCharacters, line.Length);
        lock (_lines)
        {
            _lines.Enqueue(line);
            if (_lines.Count > KeptLines)
            {
                _lines.Dequeue();
            }
        }

        _onLine?.Invoke(line);
    }
}
