using System.Security.Cryptography;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Sqlite.Storage;
using ThunderStack.Webhooks.Testing;
using ThunderStack.Webhooks.Testing.Inbox;

namespace ThunderStack.Webhooks.Sqlite.Tests;

/// <summary>What is opened, what is refused, and that what is refused stays as it was.</summary>
public sealed class OpeningTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly RecordingLogger<SqliteInbox> _logger = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string FilePath => _directory.File("inbox.db");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Missing_directory_is_created_and_the_full_path_is_logged()
    {
        var path = _directory.File("some/where/inbox.db");

        await using var inbox = await OpenAsync(path);

        File.Exists(path).Should().BeTrue();
        _logger.Lines.Should().Contain(line => line.Level == LogLevel.Information && line.Message.Contains(path));
    }

    [Fact]
    public async Task Empty_file_becomes_an_inbox()
    {
        await File.WriteAllBytesAsync(FilePath, [], Token);

        await using var inbox = await OpenAsync(FilePath);

        (await inbox.AppendAsync(TestEntry.Create(), TestEntry.Key, Token)).Outcome.Should().Be(AppendOutcome.Stored);
    }

    [Fact]
    public async Task File_is_marked_with_its_application_and_version()
    {
        await (await OpenAsync(FilePath)).DisposeAsync();

        using var database = Database.OpenReadOnly(FilePath, TimeSpan.Zero);
        database.ReadInt64("PRAGMA application_id").Should().Be(Schema.ApplicationId);
        database.ReadInt64("PRAGMA user_version").Should().Be(Schema.Version);
        database.ReadText("PRAGMA journal_mode").Should().Be("wal");
    }

    [Fact]
    public async Task File_of_the_first_version_is_brought_to_this_one_with_what_it_holds()
    {
        await CreateAsync(events: 3);
        Execute("DROP INDEX events_of_node; DROP TABLE conditions; DROP TABLE actions; DROP TABLE identity; DROP TABLE failed_attempts; DROP TABLE handler_rates; DROP TABLE audit; DROP TABLE cookie_keys; ALTER TABLE deliveries DROP COLUMN error_code; ALTER TABLE handlers DROP COLUMN paused_at; ALTER TABLE handlers DROP COLUMN paused_by; ALTER TABLE events DROP COLUMN changed; ALTER TABLE events DROP COLUMN source; PRAGMA user_version = 1");

        await using var inbox = await OpenAsync(FilePath);

        var entries = await inbox.ListAsync(new EventFilter(), Token);
        entries.Should().HaveCount(3).And.OnlyContain(entry => entry.Source == EventSource.Webhook && entry.Key == TestEntry.Key.Fingerprint);
        (await inbox.AppendAsync(TestEntry.CreateReconciled(), key: null, Token)).Outcome.Should().Be(AppendOutcome.Stored);
        _logger.Lines.Should().ContainSingle(line => line.Message.Contains($"from schema 1 to {Schema.Version}"));
    }

    [Theory]
    [InlineData("this is a text file, and it is longer than the hundred bytes of a header: ................................")]
    [InlineData("short")]
    [InlineData("SQLite format 3\0 but then nothing that makes sense, for more than one hundred bytes, on and on ........")]
    public async Task File_that_is_no_database_is_refused(string content)
    {
        await File.WriteAllTextAsync(FilePath, content, Token);

        await ShouldRefuseAsync("inbox.db");
    }

    [Theory]
    [InlineData("DELETE")]
    [InlineData("WAL")]
    public async Task Database_of_another_program_is_refused(string journal)
    {
        Execute($"PRAGMA journal_mode = {journal}; CREATE TABLE theirs(id); INSERT INTO theirs VALUES(1)");

        await ShouldRefuseAsync("another program");
    }

    [Fact]
    public async Task Newer_schema_is_refused_and_says_which()
    {
        await CreateAsync(3);
        Execute($"PRAGMA user_version = {Schema.Version + 6}");

        await ShouldRefuseAsync($"version {Schema.Version + 6}", "Upgrade");
    }

    [Fact]
    public async Task Newer_schema_that_is_still_in_the_log_is_refused()
    {
        await CreateAsync(3);
        var copy = _directory.File("copy.db");
        using (var database = Database.OpenReadWrite(FilePath, TimeSpan.Zero))
        {
            database.Execute("PRAGMA wal_autocheckpoint = 0; PRAGMA user_version = 77");
            await CopyAsync(FilePath, copy);
            await CopyAsync(FilePath + "-wal", copy + "-wal");
        }

        await ShouldRefuseFileAsync(copy, "version 77");
    }

    [Fact]
    public async Task Truncated_file_is_refused()
    {
        await CreateAsync(200);
        await using (var file = File.OpenWrite(FilePath))
        {
            file.SetLength(file.Length - 3_000);
        }

        await ShouldRefuseAsync("damaged", "untouched", "bytes of");
    }

    [Fact]
    public async Task File_that_lacks_pages_which_its_log_has_is_sound()
    {
        var copy = _directory.File("copy.db");
        await using (var inbox = await OpenAsync(FilePath))
        {
            await Task.WhenAll(TestEntry.CreateMany(100).Select(entry => inbox.AppendAsync(entry, TestEntry.Key, Token).AsTask()));
            Execute("PRAGMA wal_checkpoint(PASSIVE)");
            await CopyAsync(FilePath, copy);
            await CopyAsync(FilePath + "-wal", copy + "-wal");
        }

        // What a crash amid the copying from the log to the file leaves.
        await using (var file = File.OpenWrite(copy))
        {
            file.SetLength(file.Length - 3_000);
        }

        await using var recovered = await OpenAsync(copy);

        (await recovered.ListAsync(new EventFilter { Limit = 200 }, Token)).Should().HaveCount(100);
    }

    [Fact]
    public async Task Overwritten_pages_are_refused()
    {
        await CreateAsync(200);
        await using (var file = File.OpenWrite(FilePath))
        {
            file.Position = 8_192;
            file.Write(new byte[16_384]);
        }

        await ShouldRefuseAsync("damaged");
    }

    [Fact]
    public async Task Directory_in_place_of_the_file_is_refused()
    {
        Directory.CreateDirectory(FilePath);

        await Opening(FilePath).Should().ThrowAsync<InboxOpenException>().WithMessage("*directory*");
    }

    [Fact]
    public async Task Directory_that_cannot_be_created_is_refused()
    {
        await File.WriteAllTextAsync(_directory.File("file"), "", Token);

        await Opening(_directory.File("file/inbox.db")).Should().ThrowAsync<InboxOpenException>().WithMessage("*cannot be created*");
    }

    [Fact]
    public async Task Directory_without_the_right_to_write_is_refused()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux's /proc");

        // Where nobody may make a file, not even an administrator.
        var refusal = await Opening("/proc/self/inbox.db").Should().ThrowAsync<InboxOpenException>();

        refusal.Which.Message.Should().MatchRegex("not writable|cannot be written");
    }

    [Fact]
    public async Task Second_owner_is_refused_and_may_have_it_later()
    {
        await using (await OpenAsync(FilePath))
        {
            await Opening(FilePath).Should().ThrowAsync<InboxOpenException>()
                .WithMessage($"*'{FilePath}' is in use by another receiver*PostgreSQL*");
        }

        await using var next = await OpenAsync(FilePath);
        next.Health.IsHealthy.Should().BeTrue();
    }

    [Theory]
    [InlineData("Data Source=:memory:")]
    [InlineData("Data Source=x.db;Mode=Memory")]
    [InlineData("Data Source=x.db;Mode=ReadOnly")]
    [InlineData("Data Source=x.db;Cache=Shared")]
    [InlineData("Data Source=file:x.db?immutable=1")]
    [InlineData("Data Source=")]
    [InlineData("")]
    [InlineData("Data Source=x.db;Password=hunter2")]
    [InlineData("Host=db;Username=u;Password=hunter2")]
    [InlineData("hunter2")]
    public async Task Connection_string_that_cannot_keep_its_word_is_refused(string connectionString)
    {
        var inbox = Create(new InboxOptions { ConnectionString = connectionString });

        var refusal = await FluentActions.Awaiting(() => inbox.OpenAsync(Token)).Should().ThrowAsync<InboxOpenException>();

        refusal.WithMessage("ThunderStack:Inbox:ConnectionString *");
        refusal.Which.ToString().Should().NotContain("hunter2");
    }

    [Fact]
    public async Task Synchronous_normal_is_refused()
    {
        var inbox = Create(new InboxOptions { ConnectionString = $"Data Source={FilePath}" }, "Normal");

        await FluentActions.Awaiting(() => inbox.OpenAsync(Token))
            .Should().ThrowAsync<InboxOpenException>().WithMessage("*power cut*AllowDataLoss*");
        File.Exists(FilePath).Should().BeFalse();
    }

    [Fact]
    public async Task Synchronous_normal_with_leave_to_lose_data_is_loud()
    {
        await using var inbox = Create(new InboxOptions { ConnectionString = $"Data Source={FilePath}", AllowDataLoss = true }, "Normal");

        await inbox.OpenAsync(Token);

        _logger.Lines.Should().ContainSingle(line => line.Level == LogLevel.Warning && line.Message.Contains("POWER CUT"));
    }

    [Theory]
    [InlineData("Off")]
    [InlineData("")]
    [InlineData("FULL; DROP TABLE events")]
    public async Task Synchronous_of_another_value_is_refused(string value)
    {
        var inbox = Create(new InboxOptions { ConnectionString = $"Data Source={FilePath}" }, value);

        await FluentActions.Awaiting(() => inbox.OpenAsync(Token))
            .Should().ThrowAsync<InboxOpenException>().WithMessage("*Full, Extra or Normal*");
    }

    [Theory]
    [InlineData("full", 2)]
    [InlineData("Extra", 3)]
    public async Task Synchronous_is_what_the_writer_runs_with(string value, int expected)
    {
        long actual = 0;
        await using var inbox = new SqliteInbox(
            Options.Create(new InboxOptions { ConnectionString = $"Data Source={FilePath}" }),
            Options.Create(new SqliteInboxOptions { Synchronous = value }), TimeProvider.System, _logger)
        {
            Limits = new InboxLimits { Fault = (_, database) => actual = database.ReadInt64("PRAGMA synchronous") },
        };
        await inbox.OpenAsync(Token);

        await inbox.AppendAsync(TestEntry.Create(), TestEntry.Key, Token);

        actual.Should().Be(expected);
    }

    [Fact]
    public async Task Another_reader_sees_what_is_stored_while_the_inbox_runs()
    {
        await using var inbox = await OpenAsync(FilePath);
        await inbox.AppendAsync(TestEntry.Create(), TestEntry.Key, Token);

        await using var reader = new SqliteConnection($"Data Source={FilePath};Mode=ReadOnly;Pooling=False");
        await reader.OpenAsync(Token);
        await using var command = reader.CreateCommand();
        command.CommandText = "SELECT count(*) FROM events";

        (await command.ExecuteScalarAsync(Token)).Should().Be(1L);
        (await inbox.AppendAsync(TestEntry.Create(), TestEntry.Key, Token)).Outcome.Should().Be(AppendOutcome.Stored);
    }

    private static async Task CopyAsync(string from, string to)
    {
        using var copy = System.Diagnostics.Process.Start("cp", [from, to]);
        await copy.WaitForExitAsync(Token);
    }

    private SqliteInbox Create(InboxOptions options, string synchronous = "Full") =>
        new(Options.Create(options), Options.Create(new SqliteInboxOptions { Synchronous = synchronous }), TimeProvider.System, _logger);

    private async Task<SqliteInbox> OpenAsync(string path)
    {
        var inbox = Create(new InboxOptions { ConnectionString = $"Data Source={path}" });
        await inbox.OpenAsync(Token);
        return inbox;
    }

    private Func<Task> Opening(string path) => () => OpenAsync(path);

    private async Task CreateAsync(int events)
    {
        await using var inbox = await OpenAsync(FilePath);
        await Task.WhenAll(TestEntry.CreateMany(events).Select(entry => inbox.AppendAsync(entry, TestEntry.Key, Token).AsTask()));
    }

    private void Execute(string sql)
    {
        using var database = Database.Create(FilePath, TimeSpan.Zero);
        database.Execute(sql);
    }

    private Task ShouldRefuseAsync(params string[] messages) => ShouldRefuseFileAsync(FilePath, messages);

    private async Task ShouldRefuseFileAsync(string path, params string[] messages)
    {
        var before = Describe(path);

        var refusal = await Opening(path).Should().ThrowAsync<InboxOpenException>();

        refusal.Which.Message.Should().ContainAll(messages).And.Contain(path);
        Describe(path).Should().Equal(before);
    }

    private static List<string> Describe(string path) =>
    [
        .. Directory.GetFiles(Path.GetDirectoryName(path)!, Path.GetFileName(path) + "*")
            .Where(file => !file.EndsWith(".lock", StringComparison.Ordinal) && !file.EndsWith("-shm", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(file => $"{file} {Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file)))}"),
    ];
}
