namespace ThunderStack.Webhooks.PostgreSql.Dispatch;

/// <summary>What a queue should look for in the tables, and the signal that there is something. Guarded by the queue's lock.</summary>
internal sealed class Wants
{
    private readonly HashSet<int> _nodes = [];
    private TaskCompletionSource _signal = NewSignal();

    /// <summary>Whether lanes of any node may have something.</summary>
    public bool IsAnything { get; private set; }

    /// <summary>Completes when there is something.</summary>
    public Task Signalled => _signal.Task;

    public IReadOnlyCollection<int> Nodes => _nodes;

    public void Signal() => _signal.TrySetResult();

    /// <summary>There is room again for what had to wait, if anything had.</summary>
    public void SignalAgain()
    {
        if (IsAnything || _nodes.Count > 0)
        {
            Signal();
        }
    }

    public void ResetSignal() => _signal = NewSignal();

    public void Add(int node)
    {
        _nodes.Add(node);
        Signal();
    }

    public void Add(IEnumerable<int> nodes)
    {
        _nodes.UnionWith(nodes);
        Signal();
    }

    public void AddAnything()
    {
        IsAnything = true;
        Signal();
    }

    public bool Remove(int node) => _nodes.Remove(node);

    public void Clear()
    {
        IsAnything = false;
        _nodes.Clear();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
