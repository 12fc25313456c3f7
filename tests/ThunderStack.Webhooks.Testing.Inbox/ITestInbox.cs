using ThunderStack.Webhooks.Stores;

namespace ThunderStack.Webhooks.Testing.Inbox;

/// <summary>A store of one test's own, with data of its own: what a store's tests give to the suite.</summary>
public interface ITestInbox : IAsyncDisposable
{
    /// <summary>The store as it is open now; another object after each restart or crash.</summary>
    HostedInbox Inbox { get; }

    /// <summary>Whether <see cref="RestartAsync"/> does what it says. Tests that need it are skipped otherwise.</summary>
    /// <value><see langword="true"/>.</value>
    bool CanRestart => true;

    /// <summary>
    /// Whether <see cref="CrashAsync"/> does what it says. Tests that need it are skipped otherwise: of a store that runs in production, say
    /// so only if you show by other means what a crash leaves.
    /// </summary>
    /// <value><see langword="true"/>.</value>
    bool CanCrash => true;

    /// <summary>Closes the store in good order and opens another one on the same data.</summary>
    Task RestartAsync();

    /// <summary>Leaves the store as a SIGKILL at this moment would, and opens another one on what is on disk.</summary>
    Task CrashAsync();

    /// <summary>Has the store's own clock pass some time, where it does not go by the test's.</summary>
    /// <param name="time">How long.</param>
    Task PassAsync(TimeSpan time) => Task.CompletedTask;
}
