using Serilog.Events;
using Serilog.Formatting;
using ThunderStack.Cloud;

namespace ThunderStack.Webhooks.Receiver.Hosting;

/// <summary>Escapes in a JSON line what a terminal would obey or hide; a program that reads the line gets it back.</summary>
internal sealed class VisibleTextFormatter(ITextFormatter inner) : ITextFormatter
{
    public void Format(LogEvent logEvent, TextWriter output)
    {
        using var line = new StringWriter();
        inner.Format(logEvent, line);
        output.Write(VisibleText.Escape(line.ToString()));
    }
}
