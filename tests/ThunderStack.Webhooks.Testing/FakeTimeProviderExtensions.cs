using Microsoft.Extensions.Time.Testing;

namespace ThunderStack.Webhooks.Testing;

public static class FakeTimeProviderExtensions
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Lets time go on while something that lives by this clock is disposed. A resilience pipeline whose last call has been answered
    /// but not yet counted as over looks again a second later, which on a clock that stands still is never.
    /// </summary>
    public static async Task DisposeAsync(this FakeTimeProvider clock, IAsyncDisposable disposable)
    {
        var disposing = disposable.DisposeAsync().AsTask();
        await Eventually.TrueAsync(
            () =>
            {
                if (!disposing.IsCompleted)
                {
                    clock.Advance(Second);
                }

                return disposing.IsCompleted;
            },
            "it should be disposed");
        await disposing;
    }
}
