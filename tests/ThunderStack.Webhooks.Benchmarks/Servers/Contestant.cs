namespace ThunderStack.Webhooks.Benchmarks.Servers;

/// <summary>A variant's server, with what it runs on. What was started of it is ended and removed even when it did not come up.</summary>
internal sealed class Contestant : IAsyncDisposable
{
    private readonly DirectoryInfo _folder;
    private readonly Cleanup _cleanup;
    private readonly Database _database = new();
    private ServerProcess? _server;

    public Contestant(Variant variant, string folder)
    {
        Variant = variant;
        _folder = Directory.CreateDirectory(folder);
        _cleanup = new Cleanup(EndAsync);
    }

    public Variant Variant { get; }

    public ServerProcess Server => _server ?? throw new InvalidOperationException($"{Variant.Name} was not started.");

    /// <summary>Starts the server, on a new PostgreSQL of its own if the variant needs one. It may not listen yet.</summary>
    public async Task StartAsync(BenchmarkOptions options, string publicKeyPem)
    {
        await WriteAsync(ServeCommand.PublicKeyFile, publicKeyPem);
        if (Variant.UsesPostgreSql)
        {
            var connectionString = await _database.StartAsync(Path.Combine(_folder.FullName, "postgresql"), options.DatabaseCore);
            await WriteAsync(ServeCommand.PostgreSqlFile, connectionString);
        }

        _server = ServerProcess.Start(Variant, options.ServerCore, _folder.FullName, Path.Combine(options.Artifacts, $"{Variant.Name}.log"));
    }

    public ValueTask DisposeAsync() => _cleanup.DisposeAsync();

    private async Task EndAsync()
    {
        _server?.Dispose();
        await _database.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private Task WriteAsync(string file, string text) => File.WriteAllTextAsync(Path.Combine(_folder.FullName, file), text);
}
