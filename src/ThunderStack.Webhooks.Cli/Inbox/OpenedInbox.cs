using ThunderStack.Webhooks.Inbox;

namespace ThunderStack.Webhooks.Cli.Inbox;

/// <summary>An inbox that may be changed.</summary>
/// <param name="Administration">Changes it.</param>
/// <param name="Reader">Looks at it.</param>
/// <param name="Store">What is closed in the end.</param>
internal sealed record OpenedInbox(IInboxAdministration Administration, IInboxReader Reader, IAsyncDisposable Store) : IAsyncDisposable
{
    public async ValueTask DisposeAsync()
    {
        await Reader.DisposeAsync();
        await Store.DisposeAsync();
    }
}
