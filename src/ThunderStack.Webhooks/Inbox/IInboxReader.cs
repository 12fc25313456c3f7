namespace ThunderStack.Webhooks.Inbox;

/// <summary>A store as it is asked from outside the process that writes it: for tools.</summary>
public interface IInboxReader : IInboxQueries, IAsyncDisposable;
