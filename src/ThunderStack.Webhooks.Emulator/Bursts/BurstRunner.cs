using System.Collections.Concurrent;
using System.Globalization;
using ThunderStack.Webhooks.Emulator.Sending;

namespace ThunderStack.Webhooks.Emulator.Bursts;

/// <summary>Sends many events at a given rate: the nth is due n / rate seconds after the first, whatever became of those before.</summary>
internal sealed class BurstRunner(WebhookComposer composer, WebhookSender sender, TimeProvider time)
{
    public async Task<BurstResult> RunAsync(
        BurstRequest burst, IReadOnlyList<(string NodeId, Uri Url)> targets, CancellationToken cancellationToken)
    {
        var answers = new ConcurrentDictionary<string, int>(StringComparer.Ordinal);
        using var room = new SemaphoreSlim(burst.Concurrency);
        var sending = new List<Task>(burst.Count);
        var start = time.GetTimestamp();
        for (var i = 0; i < burst.Count; i++)
        {
            await UntilDueAsync(burst, i, start, cancellationToken);
            await room.WaitAsync(cancellationToken);
            sending.Add(SendAsync(targets[i % targets.Count], burst.Status, answers, room, cancellationToken));
        }

        await Task.WhenAll(sending);
        return new BurstResult(burst.Count, time.GetElapsedTime(start).TotalSeconds, answers);
    }

    private Task UntilDueAsync(BurstRequest burst, int i, long start, CancellationToken cancellationToken)
    {
        var wait = burst.Rate > 0 ? TimeSpan.FromSeconds(i / burst.Rate) - time.GetElapsedTime(start) : TimeSpan.Zero;
        return wait > TimeSpan.Zero ? Task.Delay(wait, time, cancellationToken) : Task.CompletedTask;
    }

    private async Task SendAsync(
        (string NodeId, Uri Url) target,
        string status,
        ConcurrentDictionary<string, int> answers,
        SemaphoreSlim room,
        CancellationToken cancellationToken)
    {
        try
        {
            // Signing takes a millisecond: not on the thread that keeps the pace.
            await Task.Yield();
            var sent = await sender.SendAsync(composer.Compose(target.NodeId, status, target.Url), cancellationToken);
            answers.AddOrUpdate(sent.Answer?.Status.ToString(CultureInfo.InvariantCulture) ?? "none", 1, (_, count) => count + 1);
        }
        finally
        {
            room.Release();
        }
    }
}
