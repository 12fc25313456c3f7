using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using ThunderStack.Webhooks.Dispatch;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Stores;
using ThunderStack.Webhooks.Testing.Inbox;
using ThunderStack.Webhooks.Testing.PostgreSql;

namespace ThunderStack.Webhooks.PostgreSql.Tests;

/// <summary>A PostgreSQL inbox in a schema of its own.</summary>
internal sealed class TestPostgreSqlInbox : ITestInbox
{
    // A killed replica's claims are free when its lease has expired: soon, in a test.
    private static readonly InboxLimits Quick = new()
    {
        Lease = TimeSpan.FromSeconds(2),
        BusySweep = TimeSpan.FromMilliseconds(200),
        IdleSweep = TimeSpan.FromMilliseconds(200),
    };

    private readonly TimeProvider _time;
    private readonly ILogger<PostgreSqlInbox> _logger;
    private readonly bool _ownsSchema;
    private readonly bool _allowDataLoss;

    private TestPostgreSqlInbox(
        string connectionString, string? schema, TimeProvider time, InboxLimits limits, ILogger<PostgreSqlInbox> logger, bool allowDataLoss)
    {
        _allowDataLoss = allowDataLoss;
        ConnectionString = connectionString;
        _ownsSchema = schema is null;
        Schema = schema ?? TestPostgreSql.NewSchema();
        _time = time;
        Limits = limits;
        _logger = logger;
        PostgreSql = Create();
    }

    public PostgreSqlInbox PostgreSql { get; private set; }

    public string ConnectionString { get; }

    public string Schema { get; }

    public InboxLimits Limits { get; }

    public HostedInbox Inbox => PostgreSql;

    public IInboxAdministration Administration => PostgreSql;

    public static InboxLimits QuickLimits => Quick;

    public static async ValueTask<TestPostgreSqlInbox> OpenAsync(
        TimeProvider? time = null, InboxLimits? limits = null, ILogger<PostgreSqlInbox>? logger = null, string? connectionString = null,
        string? schema = null, bool allowDataLoss = false)
    {
        var store = new TestPostgreSqlInbox(
            connectionString ?? await TestPostgreSql.ConnectAsync(),
            schema,
            time ?? TimeProvider.System,
            limits ?? Quick,
            logger ?? NullLogger<PostgreSqlInbox>.Instance,
            allowDataLoss);
        await store.PostgreSql.OpenAsync(CancellationToken.None);
        return store;
    }

    public async Task RestartAsync()
    {
        await PostgreSql.CloseAsync();
        PostgreSql = Create();
        await PostgreSql.OpenAsync(CancellationToken.None);
    }

    /// <summary>A killed process says nothing more: neither what it had settled nor that it leaves.</summary>
    public async Task CrashAsync()
    {
        await PostgreSql.AbandonAsync();
        PostgreSql = Create();
        await PostgreSql.OpenAsync(CancellationToken.None);
    }

    /// <summary>The server's clock cannot be turned for one test, so what waits for it is moved instead.</summary>
    public async Task PassAsync(TimeSpan time) => await TestPostgreSql.ExecuteAsync(
        ConnectionString, $"UPDATE {Schema}.deliveries SET due_at = due_at - {(long)time.TotalMilliseconds} WHERE state = 1");

    /// <summary>Another receiver on the same schema.</summary>
    public ValueTask<TestPostgreSqlInbox> OpenReplicaAsync(InboxLimits? limits = null, string? connectionString = null) =>
        OpenAsync(_time, limits ?? Limits, _logger, connectionString ?? ConnectionString, Schema);

    public async ValueTask DisposeAsync()
    {
        await PostgreSql.CloseAsync();
        if (_ownsSchema)
        {
            await TestPostgreSql.ExecuteAsync(await TestPostgreSql.ConnectAsync(), $"DROP SCHEMA IF EXISTS {Schema} CASCADE");
        }
    }

    private PostgreSqlInbox Create() => new(
        Options.Create(new InboxOptions { Provider = "PostgreSql", ConnectionString = ConnectionString, AllowDataLoss = _allowDataLoss }),
        Options.Create(new PostgreSqlInboxOptions { Schema = Schema }),
        Options.Create(new DispatchOptions()),
        _time,
        _logger)
    {
        Limits = Limits,
    };
}
