using System.Globalization;
using System.Net;
using ThunderStack.Webhooks.Benchmarks.Load;
using ThunderStack.Webhooks.Testing;

namespace ThunderStack.Webhooks.Benchmarks.Servers;

/// <summary>A variant's servers, usually one, with what they run on. What was started of it is ended and removed even when it did not come up.</summary>
internal sealed class Contestant : IAsyncDisposable
{
    private readonly DirectoryInfo _folder;
    private readonly Cleanup _cleanup;
    private readonly Database _database = new();
    private readonly List<ServerProcess> _servers = [];
    private readonly IPEndPoint _management = new(IPAddress.Loopback, LoopbackPort.FindFree());
    private Viewers? _viewers;

    public Contestant(Variant variant, string folder)
    {
        Variant = variant;
        _folder = Directory.CreateDirectory(folder);
        _cleanup = new Cleanup(EndAsync);
    }

    public Variant Variant { get; }

    public IReadOnlyList<ServerProcess> Servers => _servers;

    /// <summary>Starts a server on each of these cores, on one new PostgreSQL if the variant needs it. They may not listen yet.</summary>
    public async Task StartAsync(BenchmarkOptions options, string publicKeyPem, params IReadOnlyList<int> cores)
    {
        await WriteAsync(ServeCommand.PublicKeyFile, publicKeyPem);
        if (Variant.UsesPostgreSql)
        {
            var connectionString = await _database.StartAsync(Path.Combine(_folder.FullName, "postgresql"), options.DatabaseCore);
            await WriteAsync(ServeCommand.PostgreSqlFile, connectionString);
        }

        await WriteAsync(ServeCommand.ManagementPortFile, _management.Port.ToString(CultureInfo.InvariantCulture));
        foreach (var core in cores)
        {
            var log = Path.Combine(options.Artifacts, $"{Variant.Name}{(_servers.Count == 0 ? "" : $"-{_servers.Count + 1}")}.log");
            _servers.Add(ServerProcess.Start(Variant, core, _folder.FullName, log));
        }
    }

    /// <summary>Lets as many people look at the dashboard as the variant has.</summary>
    public void OpenDashboard()
    {
        if (Variant.Viewers > 0)
            _viewers = Viewers.Of(_management, Variant.Viewers);
    }

    public ValueTask DisposeAsync() => _cleanup.DisposeAsync();

    private async Task EndAsync()
    {
        if (_viewers is not null)
        {
            Console.WriteLine($"{Variant.Name}: {Variant.Viewers} viewers fetched {_viewers.Pages} pages.");
            await _viewers.DisposeAsync();
        }

        _servers.ForEach(server => server.Dispose());
        await _database.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private Task WriteAsync(string file, string text) => File.WriteAllTextAsync(Path.Combine(_folder.FullName, file), text);
}
