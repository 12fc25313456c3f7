using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using ThunderStack.Webhooks.Testing.Clocks;

namespace ThunderStack.Webhooks.Testing.PostgreSql;

/// <summary>
/// A throwaway PostgreSQL of the tests' own: loopback, a free port, everything in one temporary folder. It can be killed
/// and started again on the same data.
/// </summary>
public sealed partial class PostgreSqlCluster : IAsyncDisposable
{
    private const string User = "thunderstack";
    private const string FolderVariable = "THUNDERSTACK_TEST_POSTGRES_FOLDER";
    private const int Quit = 3;
    private const int Kill = 9;
    private const int Stop = 19;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly DirectoryInfo _directory;
    private readonly Dictionary<string, string> _settings;
    private readonly int? _core;
    private Process? _server;

    private PostgreSqlCluster(IReadOnlyDictionary<string, string>? settings, string? folder, int? core, bool hasOwnClock)
    {
        _directory = Directory.CreateDirectory(folder ?? NewFolder());
        _core = core;
        Port = LoopbackPort.FindFree();
        _settings = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["listen_addresses"] = "127.0.0.1",
            ["port"] = Port.ToString(CultureInfo.InvariantCulture),
            ["unix_socket_directories"] = _directory.FullName,
            ["max_connections"] = "300",
            ["shared_buffers"] = "64MB",

            // In its folder, so that nothing of it outlives a kill.
            ["dynamic_shared_memory_type"] = "mmap",
        };
        Clock = hasOwnClock ? new FakeClock() : null;
        foreach (var (name, value) in settings ?? new Dictionary<string, string>())
        {
            _settings[name] = value;
        }
    }

    public int Port { get; }

    /// <summary>The server's clock, when it is not the machine's.</summary>
    public FakeClock? Clock { get; }

    public string ConnectionString => $"Host=127.0.0.1;Port={Port};Username={User};Database=postgres;SSL Mode=Disable";

    /// <summary>What a test skips with when this machine has no server programs.</summary>
    public static string? Missing => PostgreSqlBinaries.Folder is null
        ? "PostgreSQL's server programs (initdb, postgres) are not on this machine: apt-get install postgresql."
        : null;

    /// <summary>The process number of the server's first process.</summary>
    public int ProcessId => _server?.Id ?? throw new InvalidOperationException("The server does not run.");

    /// <summary>Makes a cluster and starts it.</summary>
    /// <param name="settings">Settings of <c>postgresql.conf</c>.</param>
    /// <param name="folder">Where, if not in a temporary folder; removed in the end all the same.</param>
    /// <param name="core">The only processor it may run on.</param>
    /// <param name="hasOwnClock">Whether its clock can be set.</param>
    public static async Task<PostgreSqlCluster> StartAsync(
        IReadOnlyDictionary<string, string>? settings = null, string? folder = null, int? core = null, bool hasOwnClock = false)
    {
        var cluster = new PostgreSqlCluster(settings, folder, core, hasOwnClock);
        try
        {
            await cluster.InitializeAsync();
            await cluster.StartAgainAsync();
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Makes an asynchronous standby of a running server.</summary>
    public static async Task<PostgreSqlCluster> StartStandbyAsync(PostgreSqlCluster primary, bool hasOwnClock = false)
    {
        var cluster = new PostgreSqlCluster(null, null, null, hasOwnClock);
        try
        {
            await UnprivilegedUser.OwnAsync(cluster._directory);
            await cluster.FollowAsync(primary);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Makes this server, which does not run, an asynchronous standby of that one, on a new copy of its data.</summary>
    public async Task FollowAsync(PostgreSqlCluster primary)
    {
        DeleteData();
        await BackUpAsync(primary, Data, "--write-recovery-conf");
        await StartAgainAsync();
    }

    /// <summary>Lets this standby fall behind: nothing reaches it any more of what its primary does.</summary>
    public async Task CutOffAsync()
    {
        await TestPostgreSql.ExecuteAsync(Unpooled, "ALTER SYSTEM SET primary_conninfo = ''");
        await TestPostgreSql.ExecuteAsync(Unpooled, "SELECT pg_reload_conf()");
        await Eventually.TrueAsync(
            async () => await TestPostgreSql.QueryAsync<long>(Unpooled, "SELECT count(*) FROM pg_stat_wal_receiver") == 0,
            "the standby should leave its primary");
    }

    /// <summary>Makes this standby a primary.</summary>
    public Task PromoteAsync() => TestPostgreSql.ExecuteAsync(Unpooled, "SELECT pg_promote()");

    /// <summary>Takes a base backup to restore later.</summary>
    public Task BackUpAsync() => BackUpAsync(this, Backup);

    /// <summary>Puts the base backup in the place of the server's data, and starts the server on it.</summary>
    public async Task RestoreAsync()
    {
        await KillAsync();
        DeleteData();
        Directory.Move(Backup, Data);
        await StartAgainAsync();
    }

    /// <summary>Starts the server on the data it had.</summary>
    public async Task StartAgainAsync()
    {
        var start = Stopwatch.StartNew();
        while (true)
        {
            var arguments = _settings.SelectMany(setting => new[] { "-c", $"{setting.Key}={setting.Value}" });
            _server = StartAsOwner("postgres", ["-D", Data, .. arguments]);
            if (await IsReadyAsync(_server))
            {
                return;
            }

            // Processes of the server before may not be gone yet.
            if (start.Elapsed > Patience)
            {
                throw new TimeoutException($"PostgreSQL does not start: {await File.ReadAllTextAsync(LogFile)}");
            }
        }
    }

    /// <summary>Kills every process of the server at once, as a crash of the machine's memory would.</summary>
    public async Task KillAsync()
    {
        if (_server is not { HasExited: false } server)
        {
            return;
        }

        // Stopped first, so that it starts no new ones meanwhile.
        _ = Signal(server.Id, Stop);
        foreach (var child in ChildrenOf(server.Id))
        {
            _ = Signal(child, Kill);
        }

        _ = Signal(server.Id, Kill);
        await server.WaitForExitAsync();
        _server = null;
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        Clock?.Dispose();
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                _directory.Delete(recursive: true);
                return;
            }
            catch (IOException) when (attempt < 100)
            {
                // A process that was killed may still close its files.
                await Task.Yield();
            }
        }
    }

    private static string NewFolder() => Path.Combine(
        Environment.GetEnvironmentVariable(FolderVariable) ?? Path.GetTempPath(), $"thunderstack-postgres-{Path.GetRandomFileName()}");

    /// <summary>Ends it at once, without a checkpoint; unlike a kill, that gives back the memory which its processes share.</summary>
    private async Task EndAsync()
    {
        if (_server is { HasExited: false } server)
        {
            _ = Signal(server.Id, Quit);
            try
            {
                await server.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(10), TimeProvider.System);
            }
            catch (TimeoutException)
            {
                // It was stopped, and hears no such signal.
                await KillAsync();
            }
        }
    }

    private string Data => Path.Combine(_directory.FullName, "data");

    private string Backup => Path.Combine(_directory.FullName, "backup");

    // One from a pool may lead to a server that has been killed since.
    private string Unpooled => $"{ConnectionString};Pooling=false";

    private string LogFile => Path.Combine(_directory.FullName, "log");

    private async Task InitializeAsync()
    {
        await UnprivilegedUser.OwnAsync(_directory);
        await RunAsOwnerAsync("initdb", ["-D", Data, "-U", User, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]);
    }

    private Task BackUpAsync(PostgreSqlCluster source, string folder, params string[] options) => RunAsOwnerAsync(
        "pg_basebackup",
        ["-D", folder, "-h", "127.0.0.1", "-p", source.Port.ToString(CultureInfo.InvariantCulture), "-U", User, "--checkpoint=fast", "--no-sync", .. options]);

    private void DeleteData()
    {
        if (Directory.Exists(Data))
        {
            Directory.Delete(Data, recursive: true);
        }
    }

    private async Task RunAsOwnerAsync(string program, string[] arguments)
    {
        using var process = StartAsOwner(program, arguments);
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program} failed: {await File.ReadAllTextAsync(LogFile)}");
        }
    }

    private Process StartAsOwner(string program, string[] arguments)
    {
        // Through a shell only for the redirection: a pipe that nobody reads would stop the server.
        string[] corePrefix = _core is { } core ? ["chrt", "--other", "0", "taskset", "--cpu-list", core.ToString(CultureInfo.InvariantCulture)] : [];
        string[] clockPrefix = Clock is null ? [] : ["env", .. Clock.Environment.Select(variable => $"{variable.Key}={variable.Value}")];
        string[] command = [.. corePrefix, .. UnprivilegedUser.Prefix, .. clockPrefix, Path.Combine(PostgreSqlBinaries.Folder!, program), .. arguments];
        var start = new ProcessStartInfo("/bin/sh")
        {
            WorkingDirectory = _directory.FullName,
            ArgumentList = { "-c", "log=$1; shift; exec \"$@\" >>\"$log\" 2>&1", "sh", LogFile },
        };
        foreach (var argument in command)
        {
            start.ArgumentList.Add(argument);
        }

        return Process.Start(start)!;
    }

    private async Task<bool> IsReadyAsync(Process server)
    {
        while (!server.HasExited)
        {
            using var isReady = Process.Start(new ProcessStartInfo(Path.Combine(PostgreSqlBinaries.Folder!, "pg_isready"))
            {
                ArgumentList = { "-q", "-h", "127.0.0.1", "-p", Port.ToString(CultureInfo.InvariantCulture), "-d", "postgres" },
            })!;
            await isReady.WaitForExitAsync();
            if (isReady.ExitCode == 0 && !server.HasExited)
            {
                return true;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }

        return false;
    }

    private static List<int> ChildrenOf(int parent)
    {
        var children = new List<int>();
        foreach (var directory in Directory.GetDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(directory), CultureInfo.InvariantCulture, out var id))
            {
                continue;
            }

            try
            {
                // The fields behind the name, which is in parentheses and may hold anything: state, then the parent.
                var stat = File.ReadAllText($"{directory}/stat");
                var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
                if (int.Parse(fields[1], CultureInfo.InvariantCulture) == parent)
                {
                    children.Add(id);
                }
            }
            catch (IOException)
            {
                // It has ended since.
            }
        }

        return children;
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Signal(int processId, int signal);
}
