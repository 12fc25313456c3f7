using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace ThunderStack.Webhooks.Testing.RabbitMq;

/// <summary>
/// A throwaway RabbitMQ of the tests' own: loopback, free ports, everything in one temporary folder, a name server of its own. It can
/// be frozen, killed and started again on the same data.
/// </summary>
public sealed partial class RabbitMqBroker : IAsyncDisposable
{
    private const int Kill = 9;
    private const int Continue = 18;
    private const int Stop = 19;
    private const string Server = "rabbitmq-server";
    private const string DebianFolder = "/usr/lib/rabbitmq/bin";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("thunderstack-rabbitmq-");
    private readonly string _nameServerPort = Text(LoopbackPort.FindFree());
    private readonly string _distributionPort = Text(LoopbackPort.FindFree());
    private Process? _nameServer;
    private Process? _server;

    private RabbitMqBroker()
    {
    }

    /// <summary>What a test skips with when this machine has no server.</summary>
    public static string? Missing => Folder is null ? "RabbitMQ's server (rabbitmq-server) is not on this machine: apt-get install rabbitmq-server." : null;

    public int Port { get; } = LoopbackPort.FindFree();

    public string Uri => UriAt(Port);

    // Debian's command in /usr/sbin changes to a user of its own, and to that user's folders.
    private static string? Folder { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Prepend(DebianFolder)
        .FirstOrDefault(path => File.Exists(Path.Combine(path, Server)));

    private string Node => $"rabbit-{Port}@localhost";

    private string LogFile => Path.Combine(_directory.FullName, "log");

    /// <summary>The same broker behind another port of this machine.</summary>
    public static string UriAt(int port) => $"amqp://guest:guest@127.0.0.1:{port}";

    public static async Task<RabbitMqBroker> StartAsync()
    {
        var broker = new RabbitMqBroker();
        try
        {
            await File.WriteAllTextAsync(broker.In("plugins"), "[].\n");
            await File.WriteAllTextAsync(broker.In("rabbitmq.conf"), $"listeners.tcp.1 = 127.0.0.1:{broker.Port}\nloopback_users = none\n");
            broker._nameServer = broker.Run("epmd", ["-port", broker._nameServerPort, "-address", "127.0.0.1"]);
            await broker.StartAgainAsync();
            return broker;
        }
        catch
        {
            await broker.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts it on the data it had.</summary>
    public async Task StartAgainAsync()
    {
        var start = Stopwatch.StartNew();
        _server = Run(Path.Combine(Folder!, Server), []);
        while (!await IsAnsweringAsync())
        {
            if (_server.HasExited || start.Elapsed > Patience)
            {
                throw new InvalidOperationException($"RabbitMQ does not start: {await File.ReadAllTextAsync(LogFile)}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }
    }

    /// <summary>Kills it, as a crash would.</summary>
    public async Task KillAsync()
    {
        if (_server is { HasExited: false } server)
        {
            _ = Signal(server.Id, Kill);
            await server.WaitForExitAsync();
        }

        _server = null;
    }

    /// <summary>Stops it in the middle of whatever it does.</summary>
    public void Freeze() => _ = Signal(_server!.Id, Stop);

    /// <summary>Lets it go on.</summary>
    public void Thaw() => _ = Signal(_server!.Id, Continue);

    /// <summary>Blocks publishers, as a broker does that is low on memory, or lets them in again.</summary>
    public async Task SetAlarmAsync(bool isOn)
    {
        var cookie = await File.ReadAllTextAsync(In(".erlang.cookie"));
        using var call = Run("erl_call", ["-sname", Node, "-c", cookie, "-a", $"vm_memory_monitor set_vm_memory_high_watermark [{(isOn ? "0.0" : "0.9")}]"]);
        await call.WaitForExitAsync();
        if (call.ExitCode != 0)
        {
            throw new InvalidOperationException($"The alarm cannot be set: {await File.ReadAllTextAsync(LogFile)}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        if (_nameServer is { HasExited: false } nameServer)
        {
            _ = Signal(nameServer.Id, Kill);
            await nameServer.WaitForExitAsync();
        }

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

    /// <summary>Whether a broker listens, and not somebody else who has taken the port meanwhile.</summary>
    private async Task<bool> IsAnsweringAsync()
    {
        if (!await LoopbackPort.IsListeningAsync(Port))
        {
            return false;
        }

        using var client = new TcpClient();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, Port, limit.Token);
            await client.GetStream().WriteAsync("AMQP\0\0\u0009\u0001"u8.ToArray(), limit.Token);
            var first = new byte[1];
            return await client.GetStream().ReadAsync(first, limit.Token) == 1 && first[0] == 1;
        }
        catch (Exception exception) when (exception is SocketException or IOException or OperationCanceledException)
        {
            return false;
        }
    }

    private static string Text(int port) => port.ToString(CultureInfo.InvariantCulture);

    private string In(string file) => Path.Combine(_directory.FullName, file);

    private Process Run(string program, string[] arguments)
    {
        // Through a shell only for the redirection: a pipe that nobody reads would stop the server.
        var start = new ProcessStartInfo("/bin/sh")
        {
            WorkingDirectory = _directory.FullName,
            ArgumentList = { "-c", "log=$1; shift; exec \"$@\" >>\"$log\" 2>&1 </dev/null", "sh", LogFile, program },
        };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var inherited in start.Environment.Keys.Where(name => name.StartsWith("RABBITMQ_", StringComparison.Ordinal)).ToList())
        {
            start.Environment.Remove(inherited);
        }

        foreach (var (name, value) in Settings())
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    private Dictionary<string, string> Settings() => new(StringComparer.Ordinal)
    {
        ["HOME"] = _directory.FullName,
        ["LC_ALL"] = "C.UTF-8",
        ["ERL_EPMD_PORT"] = _nameServerPort,
        ["ERL_EPMD_ADDRESS"] = "127.0.0.1",
        ["RABBITMQ_NODENAME"] = Node,
        ["RABBITMQ_DIST_PORT"] = _distributionPort,
        ["RABBITMQ_MNESIA_BASE"] = In("data"),
        ["RABBITMQ_LOG_BASE"] = In("logs"),
        ["RABBITMQ_LOGS"] = "-",
        ["RABBITMQ_CONFIG_FILE"] = In("rabbitmq"),
        ["RABBITMQ_CONF_ENV_FILE"] = In("none"),
        ["RABBITMQ_ENABLED_PLUGINS_FILE"] = In("plugins"),
        ["RABBITMQ_PID_FILE"] = In("pid"),

        // So that the process is the server itself, and not a shell that waits for it.
        ["RABBITMQ_ALLOW_INPUT"] = "1",
        ["RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS"] = "-noinput",
    };

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Signal(int processId, int signal);
}
