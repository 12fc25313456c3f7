using System.Diagnostics;

namespace ThunderStack.Webhooks.Cli.Send;

/// <summary>Sends what a plan says, one event after the other, or at a rate with up to 64 under way.</summary>
/// <param name="plan">What to send.</param>
/// <param name="sendOne">Sends the event with this number, and its copies.</param>
internal sealed class SendRun(SendPlan plan, Func<int, Task<IReadOnlyList<SentEvent>>> sendOne)
{
    private const int MaxUnderWay = 64;

    public async Task RunAsync(SendTally tally, Progress progress, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        using var slots = new SemaphoreSlim(plan.PerSecond is null ? 1 : MaxUnderWay);
        var underWay = new List<Task>();
        for (var number = 1; number <= plan.Count; number++)
        {
            await UntilDueAsync(number, started, cancellationToken);
            await slots.WaitAsync(cancellationToken);
            underWay.RemoveAll(task => task.IsCompletedSuccessfully);
            underWay.Add(SendAsync(number));
            progress.Report(tally.Count);
        }

        await Task.WhenAll(underWay);

        async Task SendAsync(int number)
        {
            try
            {
                foreach (var sent in await sendOne(number))
                {
                    tally.Add(sent);
                }
            }
            finally
            {
                slots.Release();
            }
        }
    }

    private async Task UntilDueAsync(int number, long started, CancellationToken cancellationToken)
    {
        if (plan.PerSecond is { } rate
            && TimeSpan.FromSeconds((number - 1) / rate) - Stopwatch.GetElapsedTime(started) is { Ticks: > 0 } wait)
        {
            await Task.Delay(wait, TimeProvider.System, cancellationToken);
        }
    }
}
