namespace ThunderStack.Webhooks.PostgreSql.Dispatch;

/// <summary>The lanes of all handlers that were ever registered in this process.</summary>
internal sealed class DeliveryBoard
{
    private volatile HandlerLanes[] _handlers = [];

    public IReadOnlyList<HandlerLanes> Handlers => _handlers;

    /// <summary>The order that handlers were registered with; it is the same for all.</summary>
    public DeliveryOrdering Ordering { get; set; }

    /// <summary>The names of the handlers that take part.</summary>
    public string[] TakingPart => [.. _handlers.Where(handler => handler.Ordering is not null).Select(handler => handler.Name)];

    public HandlerLanes? Find(string name) => Array.Find(_handlers, handler => handler.Name == name);

    public void Add(HandlerLanes handler) => _handlers = [.. _handlers, handler];

    /// <summary>Something may have come for these nodes; for any, when <see langword="null"/>.</summary>
    public void Touch(IReadOnlyCollection<int>? nodes)
    {
        foreach (var handler in _handlers)
        {
            handler.Touch(nodes);
        }
    }

    /// <inheritdoc cref="HandlerLanes.Running"/>
    public IReadOnlyList<(int Handler, long Seq)> Running() =>
        Ordering == DeliveryOrdering.None ? [.. _handlers.SelectMany(handler => handler.Running())] : [];
}
