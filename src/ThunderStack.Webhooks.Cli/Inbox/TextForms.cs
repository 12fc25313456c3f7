using ThunderStack.Cloud;
using ThunderStack.Webhooks.Inbox;

namespace ThunderStack.Webhooks.Cli.Inbox;

/// <summary>How instants and states are written for people.</summary>
internal static class TextForms
{
    public static string Of(DateTimeOffset instant) => instant.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.fff'Z'");

    /// <summary>The same to the second, for columns.</summary>
    public static string ToSecond(DateTimeOffset instant) => instant.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'");

    public static string Of(DeliveryState state) => state switch
    {
        DeliveryState.Pending => "pending",
        DeliveryState.Scheduled => "scheduled",
        DeliveryState.Succeeded => "succeeded",
        DeliveryState.DeadLettered => "dead letter",
        DeliveryState.Discarded => "discarded",
        DeliveryState.Filtered => "filtered",
        DeliveryState.Superseded => "superseded",
        _ => state.ToString(),
    };

    /// <summary>What came from outside as one line: a second one could pass for a line of this tool.</summary>
    public static string OneLine(string text) => VisibleText.Escape(text).ReplaceLineEndings(" ").Replace('\t', ' ');

    public static string Count(long count, string noun, string? plural = null) => $"{count:N0} {(count == 1 ? noun : plural ?? noun + "s")}";
}
