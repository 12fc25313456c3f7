using ThunderStack.Webhooks.Inbox;

namespace ThunderStack.Webhooks.Cli.Inbox;

/// <summary>A delivery as it is listed.</summary>
internal sealed record DeliveryView(
    string EventId, string Handler, DeliveryState State, int Attempts, DateTimeOffset At, DateTimeOffset? DueAt, string? Error)
{
    public static DeliveryView Of(DeliveryRecord record) =>
        new(record.EventId.ToString(), record.Handler, record.State, record.Attempts, record.At, record.DueAt, record.Error);
}
