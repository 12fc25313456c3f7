using Npgsql;
using ThunderStack.Webhooks.PostgreSql.Dispatch;
using ThunderStack.Webhooks.PostgreSql.Storage;

namespace ThunderStack.Webhooks.PostgreSql.Replicas;

/// <summary>
/// Tells other replicas of new events, after the commit and at most every few milliseconds: a commit that notifies excludes
/// every other one in the whole database. What is not heard is found by polling.
/// </summary>
internal sealed class WakeUpSender(NpgsqlDataSource source, SchemaName schema, Lease lease, InboxLimits limits)
{
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stopping = new();
    private HashSet<int> _nodes = [];
    private bool _isSending;
    private Task _sending = Task.CompletedTask;

    public void Add(IReadOnlyList<StoredEntry> entries)
    {
        if (!lease.HasPeers || entries.Count == 0)
        {
            return;
        }

        lock (_gate)
        {
            foreach (var entry in entries)
            {
                _nodes.Add(entry.Node.Number);
            }

            if (!_isSending && !_stopping.IsCancellationRequested)
            {
                _isSending = true;
                _sending = Task.Run(SendAllAsync);
            }
        }
    }

    /// <summary>Tells the others to look for whatever there is.</summary>
    public Task SendAsync(CancellationToken cancellationToken) => SendAsync(null, cancellationToken);

    public async Task StopAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _sending.ConfigureAwait(false);
    }

    private async Task SendAllAsync()
    {
        while (true)
        {
            HashSet<int> nodes;
            lock (_gate)
            {
                if (_nodes.Count == 0 || _stopping.IsCancellationRequested)
                {
                    _isSending = false;
                    return;
                }

                nodes = _nodes;
                _nodes = [];
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
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = Channel.Write(lease.Replica, nodes) });
        await command.ExecuteNonQueryAsync(limit.Token).ConfigureAwait(false);
    }
}
