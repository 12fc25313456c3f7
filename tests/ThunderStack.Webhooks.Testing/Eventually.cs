namespace ThunderStack.Webhooks.Testing;

/// <summary>Waits for what happens in the background, however slow the machine is at the moment.</summary>
public static class Eventually
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(10);

    public static async Task TrueAsync(Func<Task<bool>> condition, string because = "the condition should come true")
    {
        using var limit = new CancellationTokenSource(Limit);
        using var timer = new PeriodicTimer(Interval);
        while (!await condition())
        {
            try
            {
                await timer.WaitForNextTickAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException($"Waited {Limit.TotalSeconds} s: {because}.");
            }
        }
    }

    public static Task TrueAsync(Func<bool> condition, string because = "the condition should come true") =>
        TrueAsync(() => Task.FromResult(condition()), because);
}
