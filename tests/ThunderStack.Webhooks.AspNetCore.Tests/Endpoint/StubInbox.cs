using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Keys;

namespace ThunderStack.Webhooks.AspNetCore.Tests.Endpoint;

/// <summary>Stands for a store at its worst moment, which a real file reaches only by luck.</summary>
internal sealed class StubInbox : IInbox
{
    private readonly TaskCompletionSource<CancellationToken> _appending = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TaskCompletionSource<AppendResult> Answer { get; init; } = new();

    /// <summary>Done when an append has begun; with the token that it was given.</summary>
    public Task<CancellationToken> Appending => _appending.Task;

    public static StubInbox That(Func<AppendResult> append)
    {
        var answer = new TaskCompletionSource<AppendResult>();
        try
        {
            answer.SetResult(append());
        }
        catch (InvalidOperationException exception)
        {
            answer.SetException(exception);
        }

        return new StubInbox { Answer = answer };
    }

    public ValueTask<AppendResult> AppendAsync(InboxEntry entry, WebhookPublicKey? key, CancellationToken cancellationToken)
    {
        _appending.TrySetResult(cancellationToken);
        return new(Answer.Task);
    }

    public Task RegisterHandlersAsync(IReadOnlyCollection<string> handlers, DeliveryOrdering ordering, CancellationToken cancellationToken) => Task.CompletedTask;

    public async ValueTask<IReadOnlyList<Delivery>> ClaimAsync(string handler, int max, CancellationToken cancellationToken)
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        return [];
    }

    public ValueTask SettleAsync(Delivery delivery, Settlement settlement, CancellationToken cancellationToken) => ValueTask.CompletedTask;
}
