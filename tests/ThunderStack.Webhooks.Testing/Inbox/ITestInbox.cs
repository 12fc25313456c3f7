using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Keys;

namespace ThunderStack.Webhooks.Testing.Inbox;

/// <summary>A store of one test's own, with data of its own.</summary>
public interface ITestInbox : IAsyncDisposable
{
    IInbox Inbox { get; }

    IInboxAdministration Administration { get; }

    IPublicKeyStore Keys { get; }

    /// <summary>Closes the store in good order and opens another one on the same data.</summary>
    Task RestartAsync();

    /// <summary>Leaves the store as a SIGKILL at this moment would, and opens another one on what is on disk.</summary>
    Task CrashAsync();

    /// <summary>Has the store's own clock pass some time, where it does not go by the test's.</summary>
    Task PassAsync(TimeSpan time) => Task.CompletedTask;
}
