using System.Diagnostics.CodeAnalysis;
using Npgsql;
using Xunit;

namespace ThunderStack.Webhooks.Testing.PostgreSql;

/// <summary>
/// The PostgreSQL that tests share: the one that <c>THUNDERSTACK_TEST_POSTGRES</c> names, or a cluster of this run's own.
/// Each test has a schema of its own in it.
/// </summary>
public static class TestPostgreSql
{
    public const string Variable = "THUNDERSTACK_TEST_POSTGRES";

    private static readonly Lazy<Task<string>> Shared = new(StartAsync);
    private static readonly Lazy<Task<string>> Pooled = new(StartPoolerAsync);
    private static int _schemas;

    /// <summary>The connection string. Skips the test when there is neither a server nor the programs to start one.</summary>
    public static Task<string> ConnectAsync()
    {
        if (Environment.GetEnvironmentVariable(Variable) is null && PostgreSqlCluster.Missing is { } reason)
        {
            Assert.Skip($"{reason} Or name a server in {Variable}.");
        }

        return Shared.Value;
    }

    /// <summary>The way to the same server through a PgBouncer in transaction mode. Skips the test when there is none.</summary>
    public static Task<string> ConnectThroughPoolerAsync()
    {
        Assert.SkipWhen(PgBouncer.Missing is not null, PgBouncer.Missing ?? "");
        return Pooled.Value;
    }

    /// <summary>A schema that no other test and no other run uses.</summary>
    public static string NewSchema() => $"test_{Environment.ProcessId}_{TimeProvider.System.GetTimestamp()}_{Interlocked.Increment(ref _schemas)}";

    /// <summary>Runs a statement.</summary>
    public static async Task ExecuteAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Runs a statement that gives one value.</summary>
    public static async Task<T> QueryAsync<T>(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    [SuppressMessage("Reliability", "CA2000", Justification = "The cluster lives as long as the process, and is ended with it.")]
    private static async Task<string> StartAsync()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { } connectionString)
        {
            return connectionString;
        }

        var cluster = await PostgreSqlCluster.StartAsync();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => cluster.DisposeAsync().AsTask().GetAwaiter().GetResult();
        return cluster.ConnectionString;
    }

    [SuppressMessage("Reliability", "CA2000", Justification = "The pooler lives as long as the process, and is ended with it.")]
    private static async Task<string> StartPoolerAsync()
    {
        var pooler = await PgBouncer.StartAsync(await ConnectAsync(), PoolMode.Transaction);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => pooler.DisposeAsync().AsTask().GetAwaiter().GetResult();
        return pooler.ConnectionString;
    }
}
