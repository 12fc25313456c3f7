using Npgsql;
using ThunderStack.Webhooks.PostgreSql.Storage;

namespace ThunderStack.Webhooks.PostgreSql.Replicas;

/// <summary>
/// Tells other replicas of new events, after the commit and at most every few milliseconds: a commit that notifies excludes
/// every other one in the whole database. A sweep finds what is not heard.
/// </summary>
internal sealed class WakeUpSender(NpgsqlDataSource source, SchemaName schema, InboxLimits limits)
{
    private readonly Guid _self = Guid.NewGuid();
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stopping = new();
    private HashSet<int>? _nodes;
    private bool _isSending;
    private Task _sending = Task.CompletedTask;
    private long _heardAt = long.MinValue / 2;

    // Each replica greets the others when it sweeps.
    private bool HasPeers => Environment.TickCount64 - Interlocked.Read(ref _heardAt) < 3 * limits.Repair.TotalMilliseconds;

    /// <summary>Tells the others of new events, if there are others.</summary>
    public void Add(IReadOnlyCollection<int> nodes)
    {
        if (HasPeers && nodes.Count > 0)
        {
            Send(nodes);
        }
    }

    /// <summary>A replica spoke. Answers whether it was another one, and greets one that is new.</summary>
    public bool Heard(Guid replica)
    {
        if (replica == _self)
        {
            return false;
        }

        if (!HasPeers)
        {
            Greet();
        }

        Interlocked.Exchange(ref _heardAt, Environment.TickCount64);
        return true;
    }

    /// <summary>Tells the others that this replica is there.</summary>
    public void Greet() => Send([]);

    /// <summary>Tells the others to look for whatever there is.</summary>
    public Task SendAsync(CancellationToken cancellationToken) => SendAsync(null, cancellationToken);

    public async Task StopAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _sending.ConfigureAwait(false);
    }

    private void Send(IReadOnlyCollection<int> nodes)
    {
        lock (_gate)
        {
            (_nodes ??= []).UnionWith(nodes);
            if (!_isSending && !_stopping.IsCancellationRequested)
            {
                _isSending = true;
                _sending = Task.Run(SendAllAsync);
            }
        }
    }

    private async Task SendAllAsync()
    {
        while (true)
        {
            HashSet<int> nodes;
            lock (_gate)
            {
                if (_nodes is null || _stopping.IsCancellationRequested)
                {
                    _isSending = false;
                    return;
                }

                nodes = _nodes;
                _nodes = null;
            }

            try
            {
                await SendAsync(nodes, _stopping.Token).ConfigureAwait(false);
            }
            catch (Exception)
            {
                // Nobody depends on it, and how the database is, the appends say.
            }

            await Task.Delay(limits.WakeUpInterval, TimeProvider.System, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task SendAsync(IReadOnlyCollection<int>? nodes, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(limits.StatementTimeout);
        await using var connection = await source.OpenConnectionAsync(limit.Token).ConfigureAwait(false);
        await using var batch = connection.CreateBatch();
        batch.Add("SELECT pg_notify($1, $2)").With(Channel.NameOf(schema)).With(Channel.Write(_self, nodes));
        await batch.ExecuteNonQueryAsync(limit.Token).ConfigureAwait(false);
    }
}
