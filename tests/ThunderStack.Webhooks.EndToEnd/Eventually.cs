namespace ThunderStack.Webhooks.EndToEnd;

/// <summary>Waits until something outside this process has become true.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(5);

    public static async Task HoldsAsync(Func<Task<bool>> condition, TimeSpan within, Func<string> what)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            if (TimeProvider.System.GetElapsedTime(start) > within)
            {
                throw new TimeoutException($"Within {within.TotalSeconds:0.#} s this did not come true: {what()}");
            }

            await Task.Delay(Interval, TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    public static Task HoldsAsync(Func<bool> condition, TimeSpan within, Func<string> what) =>
        HoldsAsync(() => Task.FromResult(condition()), within, what);
}
