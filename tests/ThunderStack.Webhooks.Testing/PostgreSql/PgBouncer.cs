using System.Diagnostics;
using Npgsql;

namespace ThunderStack.Webhooks.Testing.PostgreSql;

/// <summary>A throwaway PgBouncer of the tests' own in front of a server: loopback, a free port, a temporary folder.</summary>
public sealed class PgBouncer : IAsyncDisposable
{
    private const string DebianPath = "/usr/sbin/pgbouncer";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("thunderstack-pgbouncer-");
    private readonly NpgsqlConnectionStringBuilder _server;
    private readonly PoolMode _mode;
    private readonly int _port = LoopbackPort.FindFree();
    private Process? _process;

    private PgBouncer(string connectionString, PoolMode mode)
    {
        _server = new NpgsqlConnectionStringBuilder(connectionString);
        _mode = mode;
    }

    /// <summary>What a test skips with when this machine has no PgBouncer.</summary>
    public static string? Missing => Program is null ? "PgBouncer is not on this machine: apt-get install pgbouncer." : null;

    /// <summary>The way to the server through the pooler.</summary>
    public string ConnectionString => new NpgsqlConnectionStringBuilder
    {
        Host = "127.0.0.1",
        Port = _port,
        Username = "anybody",
        Database = _server.Database,
        SslMode = SslMode.Disable,
    }.ToString();

    private static string? Program { get; } = new[] { DebianPath }
        .Concat((Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Select(folder => Path.Combine(folder, "pgbouncer")))
        .FirstOrDefault(File.Exists);

    private string LogFile => Path.Combine(_folder.FullName, "log");

    /// <summary>Starts one in front of this server.</summary>
    public static async Task<PgBouncer> StartAsync(string connectionString, PoolMode mode)
    {
        var pooler = new PgBouncer(connectionString, mode);
        try
        {
            await pooler.ConfigureAsync();
            await pooler.StartAgainAsync();
            return pooler;
        }
        catch
        {
            await pooler.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts it again where it was.</summary>
    public async Task StartAgainAsync()
    {
        string[] command = [.. UnprivilegedUser.Prefix, Program!, "--quiet", Path.Combine(_folder.FullName, "pgbouncer.ini")];
        _process = Process.Start(command[0], command[1..]);
        var start = Stopwatch.StartNew();
        while (!await LoopbackPort.IsListeningAsync(_port))
        {
            if (_process.HasExited || start.Elapsed > Patience)
            {
                throw new InvalidOperationException($"PgBouncer does not start: {(File.Exists(LogFile) ? await File.ReadAllTextAsync(LogFile) : "no log")}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        }
    }

    /// <summary>Ends it without a farewell to those it serves.</summary>
    public async Task KillAsync()
    {
        if (_process is { HasExited: false })
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process?.Dispose();
        _folder.Delete(recursive: true);
    }

    // The retry is what the README tells to set: by default a server that is back is not noticed for 15 s.
    private async Task ConfigureAsync()
    {
        var password = _server.Password is { Length: > 0 } value ? $" password='{value.Replace("'", "''", StringComparison.Ordinal)}'" : "";
        await File.WriteAllTextAsync(
            Path.Combine(_folder.FullName, "pgbouncer.ini"),
            $"""
            [databases]
            {_server.Database} = host={_server.Host} port={_server.Port} dbname={_server.Database} user={_server.Username}{password}
            [pgbouncer]
            listen_addr = 127.0.0.1
            listen_port = {_port}
            unix_socket_dir =
            auth_type = any
            pool_mode = {(_mode == PoolMode.Transaction ? "transaction" : "session")}
            max_client_conn = 400
            default_pool_size = 40
            server_login_retry = 1
            logfile = {LogFile}

            """);
        await UnprivilegedUser.OwnAsync(_folder);
    }
}

/// <summary>For how long a pooler gives a client one connection to the server.</summary>
public enum PoolMode
{
    /// <summary>For a transaction: the next one may be in another session.</summary>
    Transaction,

    /// <summary>As long as the client stays connected.</summary>
    Session,
}
