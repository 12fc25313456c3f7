using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Stores;
using ThunderStack.Webhooks.Testing;
using ThunderStack.Webhooks.Testing.Inbox;

namespace ThunderStack.Webhooks.Sqlite.Tests;

/// <summary>An SQLite inbox in a folder of its own.</summary>
internal sealed class TestSqliteInbox : ITestInbox
{
    private readonly TemporaryDirectory _directory = new();
    private readonly TimeProvider _time;
    private readonly InboxLimits _limits;
    private readonly ILogger<SqliteInbox> _logger;
    private readonly List<SqliteInbox> _crashed = [];
    private int _copies;

    private TestSqliteInbox(TimeProvider time, InboxLimits limits, ILogger<SqliteInbox> logger)
    {
        _time = time;
        _limits = limits;
        _logger = logger;
        Path = _directory.File("inbox.db");
        Sqlite = Create(Path);
    }

    public SqliteInbox Sqlite { get; private set; }

    public string Path { get; private set; }

    public HostedInbox Inbox => Sqlite;

    public IInboxAdministration Administration => Sqlite;

    public static async ValueTask<TestSqliteInbox> OpenAsync(
        TimeProvider? time = null, InboxLimits? limits = null, ILogger<SqliteInbox>? logger = null)
    {
        var store = new TestSqliteInbox(
            time ?? TimeProvider.System, limits ?? new InboxLimits(), logger ?? NullLogger<SqliteInbox>.Instance);
        await store.Sqlite.OpenAsync(CancellationToken.None);
        return store;
    }

    /// <summary>An inbox on the same file, which is not open.</summary>
    public SqliteInbox Another() => Create(Path);

    public async Task RestartAsync()
    {
        await Sqlite.CloseAsync();
        Sqlite = Create(Path);
        await Sqlite.OpenAsync(CancellationToken.None);
    }

    /// <summary>What a killed process leaves is what the files hold: the next store gets a copy of them.</summary>
    public async Task CrashAsync()
    {
        var copy = _directory.File($"copy-{++_copies}");
        Directory.CreateDirectory(copy);
        foreach (var suffix in new[] { "", "-wal" })
        {
            await CopyAsync(Path + suffix, System.IO.Path.Combine(copy, "inbox.db" + suffix));
        }

        _crashed.Add(Sqlite);
        Path = System.IO.Path.Combine(copy, "inbox.db");
        Sqlite = Create(Path);
        await Sqlite.OpenAsync(CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await Sqlite.CloseAsync();
        foreach (var inbox in _crashed)
        {
            await inbox.CloseAsync();
        }

        _directory.Dispose();
    }

    // By another process: closing a handle of this one would drop the locks that SQLite holds on the file.
    private static async Task CopyAsync(string from, string to)
    {
        using var copy = System.Diagnostics.Process.Start("cp", [from, to]);
        await copy.WaitForExitAsync();
        copy.ExitCode.Should().Be(0);
    }

    private SqliteInbox Create(string path) => new(
        Options.Create(new InboxOptions { ConnectionString = $"Data Source={path}" }),
        Options.Create(new SqliteInboxOptions()),
        _time,
        _logger)
    {
        Limits = _limits,
    };
}
