using System.Diagnostics.Metrics;
using ThunderStack.Webhooks.Events;

namespace ThunderStack.Webhooks.NodeWatch;

/// <summary>How the nodes were found, by the one replica that watches. Any other knows nothing.</summary>
internal sealed class NodeReadings
{
    private readonly Lock _gate = new();
    private Dictionary<NodeId, NodeReading?>? _readings;

    /// <summary>Raised with a node that has just become ready, as far as somebody else knows.</summary>
    public event Action<NodeId>? LookWanted;

    public NodeReadings(IMeterFactory meters) => NodeReadinessMetrics.Observe(meters, this);

    /// <summary>
    /// A copy; <see langword="null"/> when this replica does not watch. A node that is missing has not been looked at yet, and one
    /// without a reading is not to be looked at.
    /// </summary>
    public Dictionary<NodeId, NodeReading?>? Current
    {
        get
        {
            lock (_gate)
            {
                return _readings is null ? null : new Dictionary<NodeId, NodeReading?>(_readings);
            }
        }
    }

    /// <summary>This replica watches from now on, and knows nothing yet.</summary>
    public void Begin()
    {
        lock (_gate)
        {
            _readings = [];
        }
    }

    /// <summary>This replica no longer watches.</summary>
    public void End()
    {
        lock (_gate)
        {
            _readings = null;
        }
    }

    /// <summary>Has a node looked at soon, if it is this replica that watches.</summary>
    public void AskForLook(NodeId node) => LookWanted?.Invoke(node);

    public void Forget(NodeId node)
    {
        lock (_gate)
        {
            _readings?.Remove(node);
        }
    }

    /// <summary>Keeps what a look has found, unless nobody wants to know any more.</summary>
    /// <returns>What was known before.</returns>
    public NodeReading? Set(NodeId node, NodeReading? reading, CancellationToken ended)
    {
        lock (_gate)
        {
            if (_readings is null || ended.IsCancellationRequested)
            {
                return reading;
            }

            var before = _readings.GetValueOrDefault(node);
            _readings[node] = reading;
            return before;
        }
    }
}
