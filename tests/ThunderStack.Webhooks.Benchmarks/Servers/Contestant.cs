using ThunderStack.Webhooks.Testing.PostgreSql;

namespace ThunderStack.Webhooks.Benchmarks.Servers;

/// <summary>A variant's server, with what it runs on.</summary>
internal sealed class Contestant(Variant variant, DirectoryInfo folder, PostgreSqlCluster? database, ServerProcess server) : IAsyncDisposable
{
    private readonly AtExit _atExit = new(() => database?.DisposeAsync().AsTask().GetAwaiter().GetResult());

    public Variant Variant => variant;

    public ServerProcess Server => server;

    public async ValueTask DisposeAsync()
    {
        server.Dispose();
        _atExit.Dispose();
        if (database is not null)
            await database.DisposeAsync();
        folder.Delete(recursive: true);
    }
}
