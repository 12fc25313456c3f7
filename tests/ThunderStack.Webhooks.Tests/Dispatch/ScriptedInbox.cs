using System.Collections.Concurrent;
using System.Threading.Channels;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Keys;

namespace ThunderStack.Webhooks.Tests.Dispatch;

/// <summary>Stands for a store at its worst moment, which a real file reaches only by luck.</summary>
internal sealed class ScriptedInbox : IInbox
{
    private readonly Channel<int> _claims = Channel.CreateUnbounded<int>();
    private readonly Channel<Settlement> _settlements = Channel.CreateUnbounded<Settlement>();

    /// <summary>What appends come to.</summary>
    public AppendResult Append { get; set; } = new(AppendOutcome.Unavailable, "scripted");

    /// <summary>What the next claims give; when there are no more, a claim waits until it is cancelled.</summary>
    public ConcurrentQueue<Func<Delivery[]>> Claims { get; } = new();

    /// <summary>How settlements end; by default well, and at once.</summary>
    public TaskCompletionSource? Settling { get; set; }

    /// <summary>What settlements grant next.</summary>
    public Delivery? Granted { get; set; }

    /// <summary>Whether what was granted cannot be given back.</summary>
    public bool FailsToRelease { get; set; }

    public int SettlementCount => _settlements.Reader.Count;

    /// <summary>Waits for the next claim to begin; each call takes one. Returns for how many slots it is.</summary>
    public Task<int> NextClaimAsync() => NextAsync(_claims);

    /// <summary>Waits for the next settlement to begin; each call takes one.</summary>
    public Task<Settlement> NextSettlementAsync() => NextAsync(_settlements);

    public ValueTask<AppendResult> AppendAsync(InboxEntry entry, WebhookPublicKey? key, CancellationToken cancellationToken) => new(Append);

    public Task RegisterHandlersAsync(IReadOnlyCollection<string> handlers, DeliveryOrdering ordering, CancellationToken cancellationToken) =>
        Task.CompletedTask;

    public async ValueTask<IReadOnlyList<Delivery>> ClaimAsync(string handler, int max, CancellationToken cancellationToken)
    {
        _claims.Writer.TryWrite(max);
        if (Claims.TryDequeue(out var claim))
        {
            return claim();
        }

        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        return [];
    }

    public ValueTask SettleAsync(Delivery delivery, Settlement settlement, CancellationToken cancellationToken)
    {
        _settlements.Writer.TryWrite(settlement);
        if (FailsToRelease && settlement.Outcome == DeliveryOutcome.Released)
        {
            throw new IOException("scripted");
        }

        return Settling is null ? ValueTask.CompletedTask : new ValueTask(Settling.Task);
    }

    public async ValueTask<Delivery?> SettleAndClaimAsync(Delivery delivery, Settlement settlement, CancellationToken cancellationToken)
    {
        await SettleAsync(delivery, settlement, cancellationToken);
        return Granted;
    }

    private static Task<T> NextAsync<T>(Channel<T> channel) =>
        channel.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(30));
}
