namespace ThunderStack.Webhooks.Sqlite.Writing;

/// <summary>
/// What waits for the writer, in order, and the batch that it is writing. The batch lives here, under the same lock, so
/// that the watchdog can answer for a writer that is stuck.
/// </summary>
internal sealed class WriteQueue(int appendLimit)
{
    private readonly object _gate = new();
    private readonly List<IWriteOperation> _batch = [];
    private Queue<IWriteOperation> _waiting = new();
    private string? _refusal;
    private int _waitingAppends;
    private bool _batchRuns;
    private bool _closed;
    private bool _writerSleeps;

    /// <summary>How many operations wait. A glance: it is old when it is read.</summary>
    public int Count => _waiting.Count;

    /// <summary>Whether nothing comes any more and nothing waits.</summary>
    public bool IsDrained
    {
        get
        {
            lock (_gate)
            {
                return _closed && _waiting.Count == 0;
            }
        }
    }

    /// <summary>Why everything that is not kept is refused at the door; <see langword="null"/> when it is not.</summary>
    public void SetRefusal(string? reason)
    {
        lock (_gate)
        {
            _refusal = reason;
        }
    }

    /// <summary>Hands over an operation. Returns why not, or <see langword="null"/>.</summary>
    public string? TryEnqueue(IWriteOperation operation)
    {
        lock (_gate)
        {
            if (_closed)
            {
                return "the inbox is closing";
            }

            if (_refusal is not null && !operation.IsKept)
            {
                return _refusal;
            }

            if (operation.IsAppend)
            {
                if (_waitingAppends >= appendLimit)
                {
                    return $"overloaded: {appendLimit} appends wait";
                }

                _waitingAppends++;
            }

            _waiting.Enqueue(operation);
            if (_writerSleeps)
            {
                _writerSleeps = false;
                Monitor.Pulse(_gate);
            }

            return null;
        }
    }

    /// <summary>
    /// Waits for something to write and makes it the batch: all that waits up to <paramref name="max"/>, or one exclusive
    /// operation. Empty when closed and drained, and when the watchdog wants the store looked at.
    /// </summary>
    public IReadOnlyList<IWriteOperation> Take(int max)
    {
        lock (_gate)
        {
            _batch.Clear();
            while (_waiting.Count == 0 && !_closed && _refusal is null)
            {
                _writerSleeps = true;
                Monitor.Wait(_gate);
            }

            _writerSleeps = false;
            while (_batch.Count < max && _waiting.TryPeek(out var operation) && (_batch.Count == 0 || !operation.IsExclusive))
            {
                _batch.Add(_waiting.Dequeue());
                if (operation.IsAppend)
                {
                    _waitingAppends--;
                }

                if (operation.IsExclusive)
                {
                    break;
                }
            }

            _batchRuns = _batch.Count > 0;
            return _batch;
        }
    }

    /// <summary>Sleeps a while, however much waits; returns at once when closed. Returns whether it is closed.</summary>
    public bool Rest(TimeSpan time)
    {
        lock (_gate)
        {
            return _closed || (Monitor.Wait(_gate, time) && _closed);
        }
    }

    /// <summary>The batch is decided: the watchdog has no business with it any more.</summary>
    public void EndBatch()
    {
        lock (_gate)
        {
            _batchRuns = false;
        }
    }

    /// <summary>Puts back what was not written and is kept, in front of what waits.</summary>
    public void PutBack(IEnumerable<IWriteOperation> operations)
    {
        lock (_gate)
        {
            _waiting = new Queue<IWriteOperation>(operations.Concat(_waiting));
        }
    }

    /// <summary>Takes out everything that is not kept, without writing it.</summary>
    public List<IWriteOperation> RemoveRefusable()
    {
        lock (_gate)
        {
            var removed = _waiting.Where(operation => !operation.IsKept).ToList();
            if (removed.Count > 0)
            {
                _waiting = new Queue<IWriteOperation>(_waiting.Where(operation => operation.IsKept));
                _waitingAppends = 0;
            }

            return removed;
        }
    }

    /// <summary>Takes out everything, without writing it.</summary>
    public List<IWriteOperation> RemoveAll()
    {
        lock (_gate)
        {
            var removed = _waiting.ToList();
            _waiting.Clear();
            _waitingAppends = 0;
            return removed;
        }
    }

    /// <summary>
    /// Answers the appends of a batch that does not end, and refuses what comes. Returns whether there is such a batch: one
    /// that has ended meanwhile has nothing wrong with it.
    /// </summary>
    public bool TryAnswerStuckBatch(WriteFailure failure)
    {
        lock (_gate)
        {
            if (!_batchRuns)
            {
                return false;
            }

            _refusal = failure.Reason;
            foreach (var append in _batch.OfType<AppendOperation>())
            {
                append.Fail(failure);
            }

            return true;
        }
    }

    /// <summary>Lets nothing in any more. What waits is still written.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _closed = true;
            Monitor.PulseAll(_gate);
        }
    }
}
