using Npgsql;
using ThunderStack.Webhooks.Testing.PostgreSql;

namespace ThunderStack.Webhooks.Benchmarks.Servers;

/// <summary>A PostgreSQL of a benchmark's own. It can be disposed of while it starts, too.</summary>
internal sealed class Database : IAsyncDisposable
{
    // What anybody would give a PostgreSQL that matters; everything that makes a commit durable stays on.
    private static readonly Dictionary<string, string> Settings =
        new() { ["shared_buffers"] = "256MB", ["min_wal_size"] = "1GB", ["max_wal_size"] = "4GB" };

    private Task<PostgreSqlCluster>? _cluster;

    /// <summary>Makes and starts it, in a folder that must not be there yet. Returns its connection string.</summary>
    public async Task<string> StartAsync(string folder, int core)
    {
        _cluster = PostgreSqlCluster.StartAsync(Settings, folder, core);
        var connectionString = (await _cluster).ConnectionString;
        await FillLogAsync(connectionString);
        return connectionString;
    }

    public async ValueTask DisposeAsync()
    {
        if (_cluster is null)
            return;

        await ((Task)_cluster).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_cluster.IsCompletedSuccessfully)
            await (await _cluster).DisposeAsync();
    }

    // A server that has run for a while writes its log into files that it has used before. A new one makes them, and whoever
    // commits meanwhile waits up to 50 ms: that is not what is measured here.
    private static async Task FillLogAsync(string connectionString)
    {
        await using var source = NpgsqlDataSource.Create(connectionString);
        foreach (var sql in new[] { "SELECT count(pg_logical_emit_message(false, '', repeat('x', 1 << 20))) FROM generate_series(1, 192)", "CHECKPOINT" })
        {
            await using var command = source.CreateCommand(sql);
            await command.ExecuteNonQueryAsync();
        }
    }
}
