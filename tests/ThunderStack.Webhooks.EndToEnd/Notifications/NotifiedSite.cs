using ThunderStack.Webhooks.EndToEnd.Processes;
using ThunderStack.Webhooks.Testing;
using ThunderStack.Webhooks.Testing.PostgreSql;

namespace ThunderStack.Webhooks.EndToEnd.Notifications;

/// <summary>A database, two receivers on it, nodes that fail, and the platform where people are told.</summary>
internal sealed class NotifiedSite : IAsyncDisposable
{
    // Longer than anything is leased for.
    private static readonly TimeSpan Outage = TimeSpan.FromMinutes(1);

    private readonly TemporaryDirectory _folder = new();
    private readonly ReceiverProcess?[] _receivers = new ReceiverProcess?[2];
    private readonly PostgreSqlCluster _database;
    private readonly MessagePlatform _platform;
    private TimeSpan _ahead;

    private NotifiedSite(PostgreSqlCluster database, MessagePlatform platform, Random random) =>
        (_database, _platform, Nodes) = (database, platform, new FailingNodes(random));

    public FailingNodes Nodes { get; }

    public int Count => _receivers.Length;

    public string Outputs => string.Join("\n---\n", _receivers.Select(receiver => receiver?.Output));

    public static async Task<NotifiedSite> StartAsync(Random random)
    {
        var site = new NotifiedSite(await PostgreSqlCluster.StartAsync(hasOwnClock: true), await MessagePlatform.StartAsync(), random);
        try
        {
            await site.StartAllAsync();
            return site;
        }
        catch
        {
            await site.DisposeAsync();
            throw;
        }
    }

    /// <summary>Kills one receiver, and starts it again beside the other.</summary>
    public async Task KillAsync(int number)
    {
        await EndAsync(number);
        await StartAllAsync();
    }

    /// <summary>
    /// Kills all receivers at once, and starts them again after so long by the database's clock that nothing they held is held any more.
    /// </summary>
    public async Task KillAllAsync()
    {
        await Task.WhenAll(Enumerable.Range(0, Count).Select(EndAsync));
        _ahead += Outage;
        _database.Clock!.Step(_ahead);
        await StartAllAsync();
    }

    /// <summary>Waits until conditions say of every node that it has failed.</summary>
    public Task UntilNoticedAsync(TimeSpan within) => Wait.UntilAsync(
        async () => await TestPostgreSql.QueryAsync<long>(
            _database.ConnectionString, $"SELECT count(*) FROM thunderstack.conditions WHERE kind = '{Telling.NodeFailed}' AND closed_at IS NULL") == FailingNodes.Names.Count,
        within,
        () => $"a condition is open for every node. They wrote:\n{Outputs}");

    /// <summary>What there is to judge.</summary>
    public Telling Look()
    {
        // In this order: whatever a message tells is stored by then.
        var messages = _platform.Messages;
        return new Telling { Changes = Nodes.Changes, Messages = messages, Stored = StoredTransition.ReadAll(_database.ConnectionString) };
    }

    public async ValueTask DisposeAsync()
    {
        await Nodes.DisposeAsync();
        await Task.WhenAll(Enumerable.Range(0, Count).Select(EndAsync));
        await _platform.DisposeAsync();
        await _database.DisposeAsync();
        _folder.Dispose();
    }

    private async Task StartAllAsync()
    {
        await Task.WhenAll(Enumerable.Range(0, Count).Where(number => _receivers[number] is null).Select(async number =>
            _receivers[number] = await ReceiverProcess.StartAsync(_platform.ToldBy(ReceiverSettings.In(_folder.File($"receiver-{number}"))
                .WithNodes(FailingNodes.Names)
                .WithPostgreSql(_database.ConnectionString)))));
        Nodes.Targets = _receivers.Select(receiver => receiver!.WebhookUrl);
    }

    private async Task EndAsync(int number)
    {
        if (_receivers[number] is { } receiver)
        {
            await receiver.DisposeAsync();
            _receivers[number] = null;
            Nodes.Targets = _receivers.OfType<ReceiverProcess>().Select(other => other.WebhookUrl);
        }
    }
}
