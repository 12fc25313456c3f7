using System.Text;
using Microsoft.Win32.SafeHandles;

namespace ThunderStack.Webhooks.Cli.Commands;

/// <summary>What a run gets from whoever starts it: its streams and its environment. By default those of the process.</summary>
internal class ToolHost : InvocationConfiguration
{
    public ToolHost()
    {
        EnableDefaultExceptionHandler = false;
        ProcessTerminationTimeout = null;
    }

    public virtual TimeProvider Time => TimeProvider.System;

    public virtual bool IsInputRedirected => Console.IsInputRedirected;

    public virtual bool IsOutputRedirected => Console.IsOutputRedirected;

    public virtual bool IsErrorRedirected => Console.IsErrorRedirected;

    /// <summary>The host of the run that these arguments belong to.</summary>
    public static ToolHost Of(ParseResult arguments) => (ToolHost)arguments.InvocationConfiguration;

    public virtual Stream OpenInput() => Console.OpenStandardInput();

    public virtual Stream OpenOutput() => Console.OpenStandardOutput();

    /// <summary>Standard output for lines without an end: a pipe that nobody reads any more fails, where the console's would pass over it.</summary>
    public virtual Stream OpenLiveOutput()
    {
        if (!OperatingSystem.IsWindows())
        {
            var output = new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);
            if (!output.CanSeek)
            {
                return output;
            }

            // A file has a place that others who write to it share.
            output.Dispose();
        }

        return OpenOutput();
    }

    /// <summary>A variable's value; an empty one is an unset one.</summary>
    public string? Variable(string name) => ReadVariable(name) is { Length: > 0 } value ? value : null;

    /// <summary>Terminal for what this run writes from here on.</summary>
    public Terminal OpenTerminal(OutputFormat format)
    {
        if (format == OutputFormat.Json)
        {
            // RFC 8259, whatever the locale says.
            WriteUtf8();
        }

        return new Terminal(format, this);
    }

    protected virtual string? ReadVariable(string name) => Environment.GetEnvironmentVariable(name);

    protected virtual void WriteUtf8()
    {
        Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        Output = Console.Out;
        Error = Console.Error;
    }
}
