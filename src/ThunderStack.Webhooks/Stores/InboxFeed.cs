namespace ThunderStack.Webhooks.Stores;

/// <summary>Brings hints to who looks on: from this process to all, from others to those of this process.</summary>
internal sealed class InboxFeed : IInboxFeed
{
    private readonly Lock _gate = new();
    private Action<InboxHint>? _viewers;
    private Action<InboxHint>? _sending;
    private volatile Action<InboxHint>? _told;
    private IHintExchange? _exchange;

    /// <inheritdoc/>
    public event Action<InboxHint>? Committed
    {
        add => Change(() => _viewers += value);
        remove => Change(() => _viewers -= value);
    }

    /// <summary>Whom to tell what this process has committed.</summary>
    /// <value><see langword="null"/>: nobody looks on.</value>
    public Action<InboxHint>? Told => _told;

    /// <summary>The store is open, and has others beside it.</summary>
    public void Join(IHintExchange exchange)
    {
        exchange.Heard += hint => Volatile.Read(ref _viewers)?.Invoke(hint);
        exchange.Wanted += isWanted => Change(() => _sending = isWanted ? exchange.Send : null);
        Change(() => _exchange = exchange);
    }

    private void Change(Action change)
    {
        lock (_gate)
        {
            change();
            _told = _viewers + _sending;
            _exchange?.LookOn(_viewers is not null);
        }
    }
}
