using Npgsql;
using ThunderStack.Webhooks.Testing.PostgreSql;

namespace ThunderStack.Webhooks.Benchmarks.Servers;

/// <summary>A variant's server, with what it runs on. What was started of it is ended and removed even when it did not come up.</summary>
internal sealed class Contestant : IAsyncDisposable
{
    private readonly DirectoryInfo _folder;
    private readonly AtExit _atExit;
    private readonly Lazy<Task> _end;
    private PostgreSqlCluster? _database;
    private ServerProcess? _server;

    public Contestant(Variant variant, string folder)
    {
        Variant = variant;
        _folder = Directory.CreateDirectory(folder);

        // Once, whoever comes first: the one who measures, or the one who interrupts it.
        _end = new Lazy<Task>(EndAsync);
        _atExit = new AtExit(() => _end.Value.GetAwaiter().GetResult());
    }

    public Variant Variant { get; }

    public ServerProcess Server => _server ?? throw new InvalidOperationException($"{Variant.Name} was not started.");

    /// <summary>Starts the server, on a new PostgreSQL of its own if the variant needs one. It may not listen yet.</summary>
    public async Task StartAsync(BenchmarkOptions options, string publicKeyPem)
    {
        await WriteAsync(ServeCommand.PublicKeyFile, publicKeyPem);
        if (Variant.UsesPostgreSql)
        {
            _database = await PostgreSqlCluster.StartAsync(
                DrainBenchmark.ServerSettings, Path.Combine(_folder.FullName, "postgresql"), options.DatabaseCore);
            await WriteAsync(ServeCommand.PostgreSqlFile, _database.ConnectionString);
            await FillLogAsync(_database.ConnectionString);
        }

        _server = ServerProcess.Start(Variant, options.ServerCore, _folder.FullName, Path.Combine(options.Artifacts, $"{Variant.Name}.log"));
    }

    public ValueTask DisposeAsync() => new(_end.Value);

    private async Task EndAsync()
    {
        _atExit.Dispose();
        _server?.Dispose();
        if (_database is not null)
            await _database.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private Task WriteAsync(string file, string text) => File.WriteAllTextAsync(Path.Combine(_folder.FullName, file), text);

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
