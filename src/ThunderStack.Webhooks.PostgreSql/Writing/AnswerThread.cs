using ThunderStack.Webhooks.Stores;

namespace ThunderStack.Webhooks.PostgreSql.Writing;

/// <summary>
/// Answers a committed batch at once. The thread pool helps, but alone it would come to it only after every request that
/// arrived meanwhile.
/// </summary>
internal sealed class AnswerThread
{
    private readonly object _gate = new();
    private AppendAnswers? _next;
    private bool _isClosed;

    public void Start() => new Thread(Run) { IsBackground = true, Name = "ThunderStack inbox answers" }.Start();

    public void Answer(AppendAnswers answers)
    {
        lock (_gate)
        {
            // What may have been there is the pool's: then a caller blocks this thread.
            _next = answers;
            Monitor.Pulse(_gate);
        }

        answers.Start();
    }

    /// <summary>Ends the thread after what it was given.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _isClosed = true;
            Monitor.Pulse(_gate);
        }
    }

    private void Run()
    {
        while (Take() is { } answers)
        {
            answers.Execute();
        }
    }

    private AppendAnswers? Take()
    {
        lock (_gate)
        {
            while (_next is null && !_isClosed)
            {
                Monitor.Wait(_gate);
            }

            var answers = _next;
            _next = null;
            return answers;
        }
    }
}
