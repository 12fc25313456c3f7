using Serilog.Sinks.Async;

namespace ThunderStack.Webhooks.Receiver.Logging;

/// <summary>Counts the lines for which the queue to the console had no room.</summary>
internal sealed class LostLines : IAsyncLogEventSinkMonitor
{
    private volatile IAsyncLogEventSinkInspector? _queue;

    public long Count => _queue?.DroppedMessagesCount ?? 0;

    public void StartMonitoring(IAsyncLogEventSinkInspector inspector) => _queue = inspector;

    public void StopMonitoring(IAsyncLogEventSinkInspector inspector)
    {
    }
}
