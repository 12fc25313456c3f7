using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace ThunderStack.Webhooks.AspNetCore.Server;

/// <summary>
/// Lets everybody else have a turn: <c>await Turn.ToOthers</c>. What follows is queued with all that has given its turn away, of which
/// one at a time is among the thread pool's work; however many there are, anything else waits for one of them at most.
/// <see cref="Task.Yield"/> would queue each of them, and on its own thread, before what others have queued.
/// </summary>
internal readonly struct Turn : ICriticalNotifyCompletion
{
    private static readonly Lane Later = new();

    public static Turn ToOthers => default;

    public bool IsCompleted => false;

    public Turn GetAwaiter() => this;

    public void GetResult()
    {
    }

    public void OnCompleted(Action continuation) => Later.Add(continuation);

    public void UnsafeOnCompleted(Action continuation) => Later.Add(continuation);

    private sealed class Lane : IThreadPoolWorkItem
    {
        private readonly ConcurrentQueue<Action> _waiting = new();
        private int _count;

        public void Add(Action next)
        {
            _waiting.Enqueue(next);
            if (Interlocked.Increment(ref _count) == 1)
            {
                Schedule();
            }
        }

        public void Execute()
        {
            if (_waiting.TryDequeue(out var next))
            {
                try
                {
                    next();
                }
                finally
                {
                    if (Interlocked.Decrement(ref _count) > 0)
                    {
                        Schedule();
                    }
                }
            }
        }

        private void Schedule() => ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }
}
