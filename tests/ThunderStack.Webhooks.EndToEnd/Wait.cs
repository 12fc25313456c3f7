namespace ThunderStack.Webhooks.EndToEnd;

/// <summary>Waits until something outside this process has become true.</summary>
internal static class Wait
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(500);

    public static async Task UntilAsync(Func<Task<bool>> condition, TimeSpan within, Func<string> what)
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

    public static Task UntilAsync(Func<bool> condition, TimeSpan within, Func<string> what) =>
        UntilAsync(() => Task.FromResult(condition()), within, what);

    /// <summary>Looks at something that costs more than a glance until it is over, well or not. Returns what was seen last.</summary>
    public static async Task<T> LookAsync<T>(Func<T> look, Func<T, bool> isOver)
    {
        while (true)
        {
            var seen = look();
            if (isOver(seen))
            {
                return seen;
            }

            await Task.Delay(LookInterval, TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }
}
