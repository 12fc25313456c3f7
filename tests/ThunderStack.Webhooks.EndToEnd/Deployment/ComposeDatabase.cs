using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;
using ThunderStack.Webhooks.Testing;
using ThunderStack.Webhooks.Testing.PostgreSql;

namespace ThunderStack.Webhooks.EndToEnd.Deployment;

/// <summary>The database of the compose file as its container makes it: empty, then given the receivers' role by the file's script.</summary>
internal sealed partial class ComposeDatabase : IAsyncDisposable
{
    private readonly PostgreSqlCluster _cluster;

    private ComposeDatabase(PostgreSqlCluster cluster) => _cluster = cluster;

    /// <summary>The connection string that the file's comment writes, to this cluster.</summary>
    public string ConnectionString
    {
        get
        {
            var written = WrittenConnectionString().Match(DeployFiles.ComposeText).Groups["text"].Value;
            return new NpgsqlConnectionStringBuilder(string.Format(CultureInfo.InvariantCulture, written.Replace("%s", "{0}", StringComparison.Ordinal), "secret"))
            {
                Host = "127.0.0.1",
                Port = _cluster.Port,
            }.ConnectionString;
        }
    }

    public static async Task<ComposeDatabase> StartAsync()
    {
        Campaign.Require(PostgreSqlCluster.Missing is null, PostgreSqlCluster.Missing ?? "");
        var cluster = await PostgreSqlCluster.StartAsync();
        try
        {
            var name = DeployFiles.Compose["services"]["postgres"]["environment"]["POSTGRES_DB"].Text;
            await TestPostgreSql.ExecuteAsync(cluster.ConnectionString, $"CREATE DATABASE {name}");
            await CreateRoleAsync(cluster, name);
            return new ComposeDatabase(cluster);
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    private static async Task CreateRoleAsync(PostgreSqlCluster cluster, string database)
    {
        using var folder = new TemporaryDirectory();
        var token = TestContext.Current.CancellationToken;
        await File.WriteAllTextAsync(folder.File("receiver-password"), "secret", token);
        var script = (await File.ReadAllTextAsync(DeployFiles.CreateRole, token)).Replace(DeployFiles.Secrets, folder.Path + "/", StringComparison.Ordinal);
        var superuser = new NpgsqlConnectionStringBuilder(cluster.ConnectionString).Username;
        using var process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", script])
        {
            Environment =
            {
                ["PATH"] = $"{PostgreSqlBinaries.Folder}:{Environment.GetEnvironmentVariable("PATH")}",
                ["PGHOST"] = "127.0.0.1",
                ["PGPORT"] = cluster.Port.ToString(CultureInfo.InvariantCulture),
                ["POSTGRES_USER"] = superuser,
                ["POSTGRES_DB"] = database,
            },
            RedirectStandardError = true,
        })!;
        var errors = await process.StandardError.ReadToEndAsync(token);
        await process.WaitForExitAsync(token);
        process.ExitCode.Should().Be(0, "it wrote: {0}", errors);
    }

    [GeneratedRegex("printf '(?<text>Host=[^']+)'")]
    private static partial Regex WrittenConnectionString();
}
