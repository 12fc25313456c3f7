namespace ThunderStack.Webhooks.Inbox;

/// <summary>Instants as stores keep them, so that an entry is the same before and after its way through a database.</summary>
internal static class ReceiptTime
{
    /// <summary>Cuts an instant to the millisecond.</summary>
    public static DateTimeOffset Of(DateTimeOffset instant) => instant.AddTicks(-(instant.Ticks % TimeSpan.TicksPerMillisecond));
}
