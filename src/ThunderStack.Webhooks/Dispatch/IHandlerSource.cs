namespace ThunderStack.Webhooks.Dispatch;

/// <summary>Where handlers come from: code, or configuration that can change.</summary>
internal interface IHandlerSource
{
    /// <summary>Raised when <see cref="Handlers"/> has changed.</summary>
    event Action? Changed;

    /// <summary>The handlers as they are now.</summary>
    IReadOnlyList<WebhookHandler> Handlers { get; }
}
