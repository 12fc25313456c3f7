using Serilog.Core;
using Serilog.Events;
using ThunderStack.Cloud;

namespace ThunderStack.Webhooks.Receiver.Hosting;

/// <summary>
/// Escapes the values of a line for people. Values and not the line: the console's colours are set between them, where no
/// formatter can reach.
/// </summary>
internal sealed class VisibleTextEnricher : ILogEventEnricher
{
    public void Enrich(LogEvent logEvent, ILogEventPropertyFactory propertyFactory)
    {
        foreach (var (name, value) in logEvent.Properties.ToList())
        {
            if (value is ScalarValue { Value: { } scalar } && scalar is not (bool or IFormattable) && scalar.ToString() is { } text
                && VisibleText.Escape(text) is var visible && visible != text)
            {
                logEvent.AddOrUpdateProperty(new LogEventProperty(name, new ScalarValue(visible)));
            }
        }
    }
}
