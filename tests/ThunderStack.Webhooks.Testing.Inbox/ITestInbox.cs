using ThunderStack.Webhooks.Stores;

namespace ThunderStack.Webhooks.Testing.Inbox;

/// <summary>A store of one test's own, with data of its own: what a store's tests give to the suite.</summary>
public interface ITestInbox : IAsyncDisposable
{
    /// <summary>The store as it is open now; another object after each restart or crash.</summary>
    HostedInbox Inbox { get; }

    /// <summary>Closes the store in good order and opens another one on the same data.</summary>
    Task RestartAsync();

    /// <summary>
    /// Leaves the store as a SIGKILL at this moment would, and opens another one on what is on disk. Only <see cref="CrashContractTests"/> asks
    /// for it.
    /// </summary>
    /// <exception cref="NotSupportedException">The store does not outlive a crash.</exception>
    Task CrashAsync() => throw new NotSupportedException("This store does not outlive a crash.");

    /// <summary>Has the store's own clock pass some time, where it does not go by the test's.</summary>
    /// <param name="time">How long.</param>
    Task PassAsync(TimeSpan time) => Task.CompletedTask;
}
