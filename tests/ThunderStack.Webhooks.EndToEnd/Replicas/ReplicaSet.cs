using ThunderStack.Webhooks.EndToEnd.Processes;
using ThunderStack.Webhooks.EndToEnd.Traffic;
using ThunderStack.Webhooks.Testing;
using ThunderStack.Webhooks.Testing.PostgreSql;

namespace ThunderStack.Webhooks.EndToEnd.Replicas;

/// <summary>Several receivers on one PostgreSQL, and a load that goes to all that are ready.</summary>
internal sealed class ReplicaSet : IAsyncDisposable
{
    private const int Connections = 64;
    private const int Nodes = 200;

    private readonly TemporaryDirectory _folder = new();
    private readonly ReceiverProcess?[] _replicas;
    private readonly bool _allowDataLoss;
    private readonly TimeSpan _handlerTimeout;

    private ReplicaSet(int count, PostgreSqlCluster database, RecordingHandler recorder, bool allowDataLoss, TimeSpan handlerTimeout)
    {
        Database = database;
        Recorder = recorder;
        _replicas = new ReceiverProcess?[count];
        _allowDataLoss = allowDataLoss;
        _handlerTimeout = handlerTimeout;
    }

    public PostgreSqlCluster Database { get; }

    public RecordingHandler Recorder { get; }

    public Load Load { get; } = new(Connections, Nodes);

    public int Count => _replicas.Length;

    /// <summary>Starts the database and the receivers.</summary>
    /// <param name="count">How many receivers.</param>
    /// <param name="settings">The database's settings.</param>
    /// <param name="allowDataLoss">Whether the receivers put up with a database that loses events.</param>
    /// <param name="handlerTimeout">How long an attempt may take: by default a second, so that leases are short.</param>
    /// <param name="program">What they run until they are started again.</param>
    public static async Task<ReplicaSet> StartAsync(
        int count, IReadOnlyDictionary<string, string>? settings = null, bool allowDataLoss = false, TimeSpan? handlerTimeout = null,
        string? program = null)
    {
        Campaign.Require(PostgreSqlCluster.Missing is null, PostgreSqlCluster.Missing ?? "");
        var replicas = new ReplicaSet(
            count, await PostgreSqlCluster.StartAsync(settings), await RecordingHandler.StartAsync(), allowDataLoss, handlerTimeout ?? TimeSpan.FromSeconds(1));
        try
        {
            await Task.WhenAll(Enumerable.Range(0, count).Select(replica => replicas.StartAsync(replica, program ?? BuiltProgram.Receiver)));
            return replicas;
        }
        catch
        {
            await replicas.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts a replica and lets the load find it.</summary>
    public Task StartAsync(int replica) => StartAsync(replica, BuiltProgram.Receiver);

    private async Task StartAsync(int replica, string program)
    {
        var settings = ReceiverSettings.In(_folder.File($"replica-{replica}"))
            .WithNodes(Load.Nodes)
            .WithPostgreSql(Database.ConnectionString)
            .With("Inbox:AllowDataLoss", _allowDataLoss ? "true" : "false")
            .With("Dispatch:HandlerTimeout", _handlerTimeout.ToString("c"))
            .ForwardingTo(Recorder);
        _replicas[replica] = await ReceiverProcess.StartAsync(settings, program);
        ShowToLoad();
    }

    /// <summary>Kills a replica; the load finds out by itself.</summary>
    public async Task KillAsync(int replica)
    {
        await using var killed = _replicas[replica]!;
        await killed.KillAsync();
        _replicas[replica] = null;
        ShowToLoad();
    }

    /// <summary>Takes a replica out of the load balancer, then asks it to end. Returns its exit code.</summary>
    public async Task<int> TerminateAsync(int replica, TimeSpan drain, TimeSpan within)
    {
        await using var leaving = _replicas[replica]!;
        _replicas[replica] = null;
        ShowToLoad();
        await Task.Delay(drain, TimeProvider.System, TestContext.Current.CancellationToken);
        return await leaving.TerminateAsync(within);
    }

    public string Outputs => string.Join("\n---\n", _replicas.Select(replica => replica?.Output));

    public async ValueTask DisposeAsync()
    {
        await Load.DisposeAsync();
        foreach (var replica in _replicas.OfType<ReceiverProcess>())
        {
            await replica.DisposeAsync();
        }

        await Recorder.DisposeAsync();
        await Database.DisposeAsync();
        _folder.Dispose();
    }

    private void ShowToLoad() => Load.Targets = [.. _replicas.OfType<ReceiverProcess>().Select(replica => replica.WebhookUrl)];
}
