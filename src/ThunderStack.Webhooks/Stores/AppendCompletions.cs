using System.Collections.Concurrent;
using ThunderStack.Webhooks.Inbox;

namespace ThunderStack.Webhooks.Stores;

/// <summary>
/// Answers the appends of a committed batch on the thread pool, many with one work item: a work item for each costs more
/// than what it runs.
/// </summary>
internal sealed class AppendCompletions : IThreadPoolWorkItem
{
    // Enough items that other cores take part, and that a caller which blocks holds up few others.
    private const int PerItem = 16;
    private static readonly ConcurrentQueue<AppendCompletions> Pool = new();

    private readonly (PendingAppend Append, AppendOutcome Outcome)[] _appends = new (PendingAppend, AppendOutcome)[PerItem];
    private int _count;

    private AppendCompletions()
    {
    }

    public static AppendCompletions Rent() => Pool.TryDequeue(out var completions) ? completions : new AppendCompletions();

    /// <summary>Adds an append. Returns whether there is room for another one.</summary>
    public bool Add(PendingAppend append, AppendOutcome outcome)
    {
        _appends[_count++] = (append, outcome);
        return _count < PerItem;
    }

    public void Start() => ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);

    public void Execute()
    {
        for (var i = 0; i < _count; i++)
        {
            var (append, outcome) = _appends[i];
            _appends[i] = default;
            append.CompleteHere(new AppendResult(outcome));
        }

        _count = 0;
        Pool.Enqueue(this);
    }
}
