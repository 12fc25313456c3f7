namespace ThunderStack.Webhooks.Cli.Verify;

/// <summary>An event as its body tells it.</summary>
internal sealed record VerifiedEvent(string EventId, string EventType, string NodeId, string? Status, string? EventTimestamp);
