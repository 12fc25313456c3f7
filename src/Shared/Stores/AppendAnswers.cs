using ThunderStack.Webhooks.Inbox;

namespace ThunderStack.Webhooks.Stores;

/// <summary>
/// Answers the appends of a committed batch. All who run it take one append after the other until none is left, so a caller
/// who blocks holds up nobody else while somebody helps.
/// </summary>
internal sealed class AppendAnswers(int capacity) : IThreadPoolWorkItem
{
    // A work item for each append would cost more than what it runs.
    private const int PerWorkItem = 16;

    private readonly List<(PendingAppend Append, AppendOutcome Outcome)> _appends = new(capacity);
    private int _taken;

    /// <summary>Adds an append. Not once it has been started.</summary>
    public void Add(PendingAppend append, AppendOutcome outcome) => _appends.Add((append, outcome));

    /// <summary>Has the thread pool answer, with one thread more than the work needs: a caller may block one.</summary>
    public void Start()
    {
        var workItems = _appends.Count > 1 ? 1 + (_appends.Count + PerWorkItem - 1) / PerWorkItem : _appends.Count;
        for (var i = 0; i < workItems; i++)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    /// <summary>Answers on this thread whatever nobody else has taken.</summary>
    public void Execute()
    {
        int index;
        while ((index = Interlocked.Increment(ref _taken) - 1) < _appends.Count)
        {
            var (append, outcome) = _appends[index];
            append.CompleteHere(new AppendResult(outcome));
        }
    }
}
