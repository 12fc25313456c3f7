namespace ThunderStack.Webhooks.Cli.Watch;

/// <summary>A message of the live stream.</summary>
/// <param name="Id">Its place in the stream.</param>
/// <param name="Kind"><c>event</c>, <c>delivery</c>, <c>condition</c> or <c>reset</c>, or what a later receiver knows.</param>
/// <param name="Data">A JSON document.</param>
internal sealed record LiveMessage(string? Id, string Kind, string Data)
{
    public const string Event = "event";
    public const string Delivery = "delivery";
    public const string Condition = "condition";

    /// <summary>Something may have been missed.</summary>
    public const string Reset = "reset";
}
