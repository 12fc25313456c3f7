using System.Diagnostics;
using Microsoft.Extensions.Logging;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Sqlite.Storage;
using ThunderStack.Webhooks.Testing.Inbox;

namespace ThunderStack.Webhooks.Sqlite.Tests;

/// <summary>What an operator does to the files of an inbox that is open ends its 200s, at once and for good.</summary>
public sealed class OpenFilesTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("rm inbox.db-wal")]
    [InlineData("rm inbox.db-wal && touch inbox.db-wal")]
    [InlineData("cp inbox.db-wal other && mv other inbox.db-wal")]
    [InlineData("truncate -s 4096 inbox.db-wal")]
    [InlineData("rm inbox.db-shm")]
    [InlineData("rm inbox.db")]
    [InlineData("truncate -s 0 inbox.db")]
    [InlineData("truncate -s 100 inbox.db")]
    [InlineData("head -c 4096 /dev/zero | dd of=inbox.db conv=notrunc status=none")]
    [InlineData("head -c 1000000 /dev/zero > inbox.db")]
    [InlineData("echo something else > inbox.db")]
    public async Task Damage_to_an_open_file_is_answered_unavailable(string damage)
    {
        var logger = new RecordingLogger<SqliteInbox>();
        await using var store = await TestSqliteInbox.OpenAsync(logger: logger);
        await AppendAsync(store);

        await RunAsync(store, damage);

        for (var i = 0; i < 3; i++)
        {
            var result = await store.Inbox.AppendAsync(TestEntry.Create(), TestEntry.Key, Token);
            result.Outcome.Should().Be(AppendOutcome.Unavailable);
            result.Reason.Should().Contain("while it was open");
        }

        store.Sqlite.Health.IsHealthy.Should().BeFalse();
        logger.Lines.Should().ContainSingle(line => line.Level == LogLevel.Critical);
    }

    [Fact]
    public async Task Log_that_is_deleted_takes_nothing_with_it_that_was_confirmed()
    {
        await using var store = await TestSqliteInbox.OpenAsync();
        await AppendAsync(store, 20);
        await RunAsync(store, "rm inbox.db-wal");

        await store.Inbox.AppendAsync(TestEntry.Create(), TestEntry.Key, Token);

        // What a kill at this moment leaves.
        await RunAsync(store, "cp inbox.db copy.db");
        using var database = Database.OpenImmutable(Path.Combine(Path.GetDirectoryName(store.Path)!, "copy.db"));
        database.ReadInt64("SELECT count(*) FROM events").Should().Be(20);
    }

    [Theory]
    [InlineData("touch inbox.db")]
    [InlineData("cat inbox.db inbox.db-wal > backup")]
    [InlineData("chmod 0400 inbox.db && chmod 0640 inbox.db")]
    public async Task What_does_no_damage_is_no_matter(string command)
    {
        await using var store = await TestSqliteInbox.OpenAsync();
        await AppendAsync(store);

        await RunAsync(store, command);

        await AppendAsync(store, 500);
    }

    private static async Task AppendAsync(TestSqliteInbox store, int count = 1)
    {
        var appends = TestEntry.CreateMany(count).Select(entry => store.Inbox.AppendAsync(entry, TestEntry.Key, Token).AsTask());
        (await Task.WhenAll(appends)).Should().OnlyContain(result => result.Outcome == AppendOutcome.Stored);
    }

    // By another process: closing a handle of this one would drop the locks that SQLite holds on the file.
    private static async Task RunAsync(TestSqliteInbox store, string command)
    {
        using var shell = Process.Start(new ProcessStartInfo("sh", ["-c", command]) { WorkingDirectory = Path.GetDirectoryName(store.Path)! })!;
        await shell.WaitForExitAsync(Token);
        shell.ExitCode.Should().Be(0);
    }
}
