using Npgsql;
using ThunderStack.Webhooks.PostgreSql.Storage;

namespace ThunderStack.Webhooks.PostgreSql.Replicas;

/// <summary>
/// Tells other replicas of new events, after the commit and at most every few milliseconds: a commit that notifies excludes
/// every other one in the whole database. A sweep finds what is not heard.
/// </summary>
internal sealed class WakeUpSender(NpgsqlDataSource source, SchemaName schema, Peers peers, InboxLimits limits)
{
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stopping = new();
    private HashSet<int>? _nodes;
    private bool _isSending;
    private Task _sending = Task.CompletedTask;

    /// <summary>Tells the others of new events, if there are others.</summary>
    public void Add(IReadOnlyCollection<int> nodes)
    {
        if (peers.Exist && nodes.Count > 0)
        {
            Send(nodes);
        }
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
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT pg_notify($1, $2)";
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = Channel.NameOf(schema) });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = Channel.Write(peers.Self, nodes) });
        await command.ExecuteNonQueryAsync(limit.Token).ConfigureAwait(false);
    }
}
