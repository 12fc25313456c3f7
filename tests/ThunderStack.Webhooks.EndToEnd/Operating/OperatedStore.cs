using Microsoft.Extensions.DependencyInjection;
using ThunderStack.Webhooks.EndToEnd.Processes;
using ThunderStack.Webhooks.Testing;
using ThunderStack.Webhooks.Testing.PostgreSql;

namespace ThunderStack.Webhooks.EndToEnd.Operating;

/// <summary>A store that a receiver is operated on: a file, or a PostgreSQL of its own.</summary>
internal sealed class OperatedStore : IAsyncDisposable
{
    private readonly TemporaryDirectory _folder = new();
    private readonly PostgreSqlCluster? _database;

    private OperatedStore(PostgreSqlCluster? database) => _database = database;

    public static async Task<OperatedStore> CreateAsync(string provider)
    {
        if (provider == "Sqlite")
        {
            return new(null);
        }

        Campaign.Require(PostgreSqlCluster.Missing is null, PostgreSqlCluster.Missing ?? "");
        return new(await PostgreSqlCluster.StartAsync());
    }

    /// <summary>Has a host of these tests use it.</summary>
    public void Use(ThunderStackWebhooksBuilder webhooks) => _ = _database is null
        ? webhooks.UseSqliteInbox(Path.Combine(Directory.CreateDirectory(Settings("receiver").DataDirectory).FullName, "inbox.db"))
        : webhooks.UsePostgreSqlInbox(_database.ConnectionString);

    /// <summary>A receiver on it; several only on PostgreSQL.</summary>
    public ReceiverSettings Settings(string replica)
    {
        var settings = ReceiverSettings.In(_folder.File(replica));
        return _database is null ? settings : settings.WithPostgreSql(_database.ConnectionString);
    }

    public async ValueTask DisposeAsync()
    {
        if (_database is not null)
        {
            await _database.DisposeAsync();
        }

        _folder.Dispose();
    }
}
