using System.Text;
using ThunderStack.Webhooks.Cli.Commands;

namespace ThunderStack.Webhooks.Cli.Tests.Running;

/// <summary>Pipes and variables for a run of the tool in this process.</summary>
internal sealed class TestHost : ToolHost
{
    private static readonly UTF8Encoding Encoding = new(encoderShouldEmitUTF8Identifier: false);

    private readonly Dictionary<string, string> _variables;
    private readonly string _input;
    private readonly Pipe _output = new();
    private readonly Pipe _error = new();

    public TestHost(Dictionary<string, string> variables, string input = "")
    {
        _variables = variables;
        _input = input;
        Output = new StreamWriter(_output, Encoding) { AutoFlush = true };
        Error = new StreamWriter(_error, Encoding) { AutoFlush = true };

        // Signals are this process's affair.
        ProcessTerminationTimeout = null;
    }

    /// <summary>How many times as fast as others' its clock runs.</summary>
    public int Haste { get; init; } = 1;

    /// <summary>Ends the run, as Ctrl+C does.</summary>
    public CancellationToken Stop { get; init; }

    /// <summary>A clock that the test moves.</summary>
    public TimeProvider? Clock { get; init; }

    public override TimeProvider Time => Clock ?? new HastyClock(Haste);

    public override bool IsInputRedirected => true;

    public override bool IsOutputRedirected => true;

    public override bool IsErrorRedirected => true;

    /// <summary>What it has written to standard output so far.</summary>
    public string Out => _output.Text;

    /// <summary>What it has written to standard error so far.</summary>
    public string Written => _error.Text;

    public override Stream OpenInput() => new MemoryStream(Encoding.GetBytes(_input));

    public override Stream OpenOutput() => _output;

    public override Stream OpenLiveOutput() => _output;

    protected override string? ReadVariable(string name) => _variables.GetValueOrDefault(name);

    protected override void WriteUtf8()
    {
        // It is.
    }

    private sealed class HastyClock(int haste) : TimeProvider
    {
        public override long GetTimestamp() => base.GetTimestamp() * haste;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, dueTime > TimeSpan.Zero ? dueTime / haste : dueTime, period > TimeSpan.Zero ? period / haste : period);
    }

    /// <summary>Can be read while it is written, and when its writer has closed it.</summary>
    private sealed class Pipe : MemoryStream
    {
        private readonly Lock _gate = new();

        public string Text
        {
            get
            {
                lock (_gate)
                {
                    return Encoding.GetString(ToArray());
                }
            }
        }

        public override void Write(byte[] buffer, int offset, int count)
        {
            lock (_gate)
            {
                base.Write(buffer, offset, count);
            }
        }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            lock (_gate)
            {
                base.Write(buffer);
            }
        }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Write(buffer.Span);
            return ValueTask.CompletedTask;
        }
    }
}
