using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SQLitePCL;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Sqlite.Storage;
using ThunderStack.Webhooks.Sqlite.Writing;
using ThunderStack.Webhooks.Testing;
using ThunderStack.Webhooks.Testing.Inbox;

namespace ThunderStack.Webhooks.Sqlite.Tests;

/// <summary>A store that fails says so, loses nothing that it confirmed, and comes back by itself.</summary>
public sealed class FailureTests : IAsyncDisposable
{
    private readonly RecordingLogger<SqliteInbox> _logger = new();
    private TestSqliteInbox? _store;
    private volatile Action<WritePhase, Database>? _fault;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private SqliteInbox Inbox => _store!.Sqlite;

    public async ValueTask DisposeAsync()
    {
        _fault = null;
        if (_store is not null)
        {
            await _store.DisposeAsync();
        }
    }

    [Fact]
    public async Task Full_disk_refuses_appends_and_heals_without_a_request()
    {
        await OpenAsync();
        var before = TestEntry.Create();
        (await AppendAsync(before)).Outcome.Should().Be(AppendOutcome.Stored);
        _fault = (phase, database) => LimitPages(phase, database, 1);

        var refused = new List<InboxEntry>();
        while (refused.Count < 3)
        {
            var entry = TestEntry.Create(body: new byte[20_000 + refused.Count]);
            var result = await AppendAsync(entry);
            if (!result.IsDurable)
            {
                result.Outcome.Should().Be(AppendOutcome.Unavailable);
                result.Reason.Should().Contain("disk is full");
                refused.Add(entry);
            }
        }

        Inbox.Health.IsHealthy.Should().BeFalse();
        Inbox.Health.Reason.Should().Contain("free space");
        _fault = (phase, database) => LimitPages(phase, database, 1_000_000);
        await HealsAsync();

        foreach (var entry in refused)
        {
            (await Inbox.FindAsync(entry.Id, Token)).Should().BeNull("a refused event is not stored");
            (await AppendAsync(entry)).Outcome.Should().Be(AppendOutcome.Stored);
        }

        (await AppendAsync(before)).Outcome.Should().Be(AppendOutcome.Duplicate);
        LinesOf(LogLevel.Error).Should().ContainSingle();
        _logger.Lines.Should().ContainSingle(line => line.Message.Contains("can be written again"));
    }

    [Fact]
    public async Task Full_disk_keeps_results_until_they_can_be_written()
    {
        await OpenAsync();
        await Inbox.RegisterHandlersAsync(["log"], DeliveryOrdering.PerNode, Token);
        var entries = TestEntry.CreateMany(3);
        foreach (var entry in entries)
        {
            await AppendAsync(entry);
        }

        _fault = (phase, _) => Throw(phase, WritePhase.Begin, raw.SQLITE_FULL);
        foreach (var entry in entries)
        {
            var delivery = (await Inbox.ClaimAsync("log", 1, Token)).Single();
            delivery.Entry.Id.Should().Be(entry.Id, "dispatch goes on from memory");
            await Inbox.SettleAsync(delivery, new Settlement(DeliveryOutcome.Succeeded, TestEntry.Noon), Token);
        }

        await Eventually.TrueAsync(() => !Inbox.Health.IsHealthy, "the failure is noticed");
        _fault = null;
        await HealsAsync();

        foreach (var entry in entries)
        {
            (await Inbox.ListDeliveriesAsync(entry.Id, Token)).Should().ContainSingle(record => record.State == DeliveryState.Succeeded);
        }
    }

    [Fact]
    public async Task Registration_while_the_store_fails_waits_until_it_works()
    {
        await OpenAsync();
        _fault = (phase, _) => Throw(phase, WritePhase.Begin, raw.SQLITE_FULL);
        await AppendAsync(TestEntry.Create());

        var registration = Inbox.RegisterHandlersAsync(["log"], DeliveryOrdering.PerNode, Token);

        registration.IsCompleted.Should().BeFalse();
        _fault = null;
        await registration;
        await AppendAsync(TestEntry.Create());
        (await Inbox.ClaimAsync("log", 1, Token)).Should().ContainSingle();
    }

    [Fact]
    public async Task Lock_of_another_program_refuses_appends_and_heals_when_it_ends()
    {
        await OpenAsync();
        await using var other = new SqliteConnection($"Data Source={_store!.Path};Pooling=False");
        await other.OpenAsync(Token);
        await ExecuteAsync(other, "BEGIN EXCLUSIVE");

        var result = await AppendAsync(TestEntry.Create());

        result.Outcome.Should().Be(AppendOutcome.Unavailable);
        result.Reason.Should().Contain("lock");
        await ExecuteAsync(other, "ROLLBACK");
        await HealsAsync();
        (await AppendAsync(TestEntry.Create())).Outcome.Should().Be(AppendOutcome.Stored);
    }

    [Theory]
    [InlineData(raw.SQLITE_IOERR)]
    [InlineData(raw.SQLITE_READONLY)]
    [InlineData(raw.SQLITE_CANTOPEN)]
    [InlineData(raw.SQLITE_NOMEM)]
    [InlineData(raw.SQLITE_PROTOCOL)]
    public async Task Failing_disk_refuses_appends_and_opens_the_file_again(int code)
    {
        await OpenAsync();
        await AppendAsync(TestEntry.Create());
        _fault = (phase, _) => Throw(phase, WritePhase.Begin, code);

        (await AppendAsync(TestEntry.Create())).Outcome.Should().Be(AppendOutcome.Unavailable);

        _fault = null;
        await HealsAsync();
        (await AppendAsync(TestEntry.Create())).Outcome.Should().Be(AppendOutcome.Stored);
        (await Inbox.ListAsync(new EventFilter(), Token)).Should().HaveCount(2);
    }

    [Fact]
    public async Task Failure_of_the_commit_is_unknown_and_nothing_is_stored_twice()
    {
        await OpenAsync();
        await Inbox.RegisterHandlersAsync(["log"], DeliveryOrdering.PerNode, Token);
        _fault = (phase, _) => Throw(phase, WritePhase.Commit, raw.SQLITE_IOERR);
        var entry = TestEntry.Create();

        (await AppendAsync(entry)).Outcome.Should().Be(AppendOutcome.Unknown);

        _fault = null;
        await HealsAsync();
        (await AppendAsync(entry)).Outcome.Should().Be(AppendOutcome.Stored);
        (await Inbox.ClaimAsync("log", 10, Token)).Should().ContainSingle(delivery => delivery.Entry.Id == entry.Id);
    }

    [Fact]
    public async Task Commit_that_reached_the_disk_though_it_failed_is_dispatched_and_a_duplicate()
    {
        await OpenAsync();
        await Inbox.RegisterHandlersAsync(["log"], DeliveryOrdering.PerNode, Token);
        _fault = (phase, _) => Throw(phase, WritePhase.Committed, raw.SQLITE_IOERR);
        var entry = TestEntry.Create(status: "FAILED");

        (await AppendAsync(entry)).Outcome.Should().Be(AppendOutcome.Unknown);

        _fault = null;
        var delivery = (await Inbox.ClaimAsync("log", 10, Token)).Should().ContainSingle().Subject;
        delivery.Entry.Id.Should().Be(entry.Id);
        await HealsAsync();
        (await AppendAsync(entry)).Outcome.Should().Be(AppendOutcome.Duplicate);
        (await AppendAsync(TestEntry.Create())).Outcome.Should().Be(AppendOutcome.Stored);
        (await Inbox.ListNodeStatesAsync(Token)).Should().ContainSingle();
    }

    // Whatever it was that failed: what the disk has is not known any more. With a limit, because without dispatch the claim waits.
    [Fact(Timeout = 30_000)]
    public async Task Commit_that_fails_by_its_operations_fault_is_read_anew_too()
    {
        await OpenAsync();
        await Inbox.RegisterHandlersAsync(["log"], DeliveryOrdering.PerNode, Token);
        _fault = (phase, _) => Throw(phase, WritePhase.Committed, raw.SQLITE_CONSTRAINT);
        var entry = TestEntry.Create();

        (await AppendAsync(entry)).Outcome.Should().Be(AppendOutcome.Unknown);

        _fault = null;
        (await Inbox.ClaimAsync("log", 10, TestContext.Current.CancellationToken)).Should().ContainSingle(delivery => delivery.Entry.Id == entry.Id);
    }

    [Fact]
    public async Task Key_of_an_event_that_was_not_stored_is_stored_with_the_next_one()
    {
        await OpenAsync();
        _fault = (phase, database) => LimitPages(phase, database, 1);
        (await AppendAsync(TestEntry.Create(body: new byte[50_000]))).Outcome.Should().Be(AppendOutcome.Unavailable);
        _fault = (phase, database) => LimitPages(phase, database, 1_000_000);
        await HealsAsync();

        var entry = TestEntry.Create();
        (await AppendAsync(entry)).Outcome.Should().Be(AppendOutcome.Stored);

        (await Inbox.FindAsync(entry.Id, Token))!.Key.Should().Be(TestEntry.Key.Fingerprint);
    }

    [Fact]
    public async Task Key_of_an_event_that_was_bad_is_stored_with_the_next_one()
    {
        await OpenAsync();
        (await AppendAsync(WithoutEventType())).Outcome.Should().Be(AppendOutcome.Unavailable);

        var entry = TestEntry.Create();
        (await AppendAsync(entry)).Outcome.Should().Be(AppendOutcome.Stored);

        (await Inbox.FindAsync(entry.Id, Token))!.Key.Should().Be(TestEntry.Key.Fingerprint);
    }

    [Fact]
    public async Task Damaged_file_stays_refused()
    {
        await OpenAsync();
        _fault = (phase, _) => Throw(phase, WritePhase.Begin, raw.SQLITE_CORRUPT);

        (await AppendAsync(TestEntry.Create())).Reason.Should().Contain("backup");

        _fault = null;
        (await AppendAsync(TestEntry.Create())).Outcome.Should().Be(AppendOutcome.Unavailable);
        LinesOf(LogLevel.Critical).Should().ContainSingle();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task File_that_is_moved_or_replaced_under_the_inbox_is_never_written_again(bool isReplaced)
    {
        await OpenAsync();
        await AppendAsync(TestEntry.Create());
        File.Move(_store!.Path, _store.Path + ".moved");
        if (isReplaced)
        {
            File.Copy(_store.Path + ".moved", _store.Path);
        }

        var result = await AppendAsync(TestEntry.Create());

        result.Outcome.Should().Be(AppendOutcome.Unavailable);
        result.Reason.Should().Contain("put the file back");
        LinesOf(LogLevel.Critical).Should().ContainSingle();
    }

    [Fact]
    public async Task Full_disk_of_a_small_file_system_refuses_appends_and_heals()
    {
        using var disk = SmallDisk.TryMount(megabytes: 4);
        Assert.SkipWhen(disk is null, "needs the right to mount a tmpfs");
        await using var inbox = new SqliteInbox(
            Options.Create(new InboxOptions { ConnectionString = $"Data Source={disk.Path}/inbox.db" }),
            Options.Create(new SqliteInboxOptions()), TimeProvider.System, _logger);
        await inbox.OpenAsync(Token);
        await inbox.AppendAsync(TestEntry.Create(), TestEntry.Key, Token);
        await File.WriteAllBytesAsync(disk.Path + "/ballast", new byte[2 << 20], Token);

        var stored = new List<InboxEntry>();
        AppendResult result;
        do
        {
            var entry = TestEntry.Create(body: new byte[30_000 + stored.Count]);
            result = await inbox.AppendAsync(entry, TestEntry.Key, Token);
            stored.Add(entry);
        }
        while (result.IsDurable);

        result.Reason.Should().Contain("disk");
        File.Delete(disk.Path + "/ballast");
        await Eventually.TrueAsync(() => inbox.Health.IsHealthy, "the store heals by itself");
        (await inbox.AppendAsync(stored[^1], TestEntry.Key, Token)).IsDurable.Should().BeTrue();
        foreach (var entry in stored)
        {
            (await inbox.AppendAsync(entry, TestEntry.Key, Token)).Outcome.Should().Be(AppendOutcome.Duplicate);
        }
    }

    [Fact]
    public async Task Batch_with_one_bad_operation_fails_that_one_only()
    {
        using var gate = new ManualResetEventSlim();
        await OpenAsync();
        _fault = (phase, _) => gate.Wait(TimeSpan.FromSeconds(60));
        var first = AppendAsync(TestEntry.Create());
        var good = TestEntry.CreateMany(5);
        var appends = good[..3].Select(AppendAsync).ToList();
        var bad = AppendAsync(WithoutEventType());
        appends.AddRange(good[3..].Select(AppendAsync));

        gate.Set();

        (await first).Outcome.Should().Be(AppendOutcome.Stored);
        (await Task.WhenAll(appends)).Should().OnlyContain(result => result.Outcome == AppendOutcome.Stored);
        (await bad).Outcome.Should().Be(AppendOutcome.Unavailable);
        Inbox.Health.IsHealthy.Should().BeTrue();
    }

    [Fact]
    public async Task Commit_that_fails_while_a_bad_operation_is_looked_for_is_read_anew_too()
    {
        await OpenAsync();
        await Inbox.RegisterHandlersAsync(["log"], DeliveryOrdering.PerNode, Token);
        using var gate = new ManualResetEventSlim();
        using var entered = new ManualResetEventSlim();
        var committed = 0;
        _fault = (phase, _) =>
        {
            entered.Set();
            gate.Wait(TimeSpan.FromSeconds(60));

            // The first commit is that of the append before them; the second that of the good one, alone.
            if (phase == WritePhase.Committed && Interlocked.Increment(ref committed) == 2)
            {
                Throw(phase, WritePhase.Committed, raw.SQLITE_CONSTRAINT);
            }
        };
        var first = AppendAsync(TestEntry.Create());

        // Only what comes once the first batch is being written makes the next one together.
        entered.Wait(TimeSpan.FromSeconds(60), Token).Should().BeTrue();
        var good = TestEntry.Create("node-b");
        var appended = AppendAsync(good);
        var bad = AppendAsync(WithoutEventType());
        gate.Set();

        (await first).Outcome.Should().Be(AppendOutcome.Stored);
        (await appended).Outcome.Should().Be(AppendOutcome.Unknown);
        (await bad).IsDurable.Should().BeFalse();
        await HealsAsync();
        var handled = new List<InboxEntry>();
        while (handled.Count < 2)
        {
            handled.AddRange((await Inbox.ClaimAsync("log", 2, Token).AsTask().WaitAsync(TimeSpan.FromSeconds(30), Token)).Select(delivery => delivery.Entry));
        }

        handled.Should().Contain(entry => entry.Id == good.Id, "it is on disk");
    }

    private static InboxEntry WithoutEventType()
    {
        var entry = TestEntry.Create();
        return new InboxEntry
        {
            Id = entry.Id,
            NodeId = entry.NodeId,
            EventType = null!,
            ReceivedAt = entry.ReceivedAt,
            Body = entry.Body,
            Signature = entry.Signature,
            Key = entry.Key,
        };
    }

    private static void LimitPages(WritePhase phase, Database database, int pages)
    {
        if (phase == WritePhase.Begin)
        {
            database.Execute($"PRAGMA max_page_count = {pages}");
        }
    }

    private static void Throw(WritePhase phase, WritePhase when, int code)
    {
        if (phase == when)
        {
            throw new SqliteException("made by the test", code);
        }
    }

    private static async Task ExecuteAsync(SqliteConnection connection, string sql)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync(Token);
    }

    private async Task OpenAsync(InboxLimits? limits = null) => _store = await TestSqliteInbox.OpenAsync(
        limits: (limits ?? new InboxLimits()) with
        {
            ProbeInterval = TimeSpan.FromMilliseconds(20),
            Fault = (phase, database) => _fault?.Invoke(phase, database),
        },
        logger: _logger);

    private Task<AppendResult> AppendAsync(InboxEntry entry) => Inbox.AppendAsync(entry, TestEntry.Key, Token).AsTask();

    private Task HealsAsync() => Eventually.TrueAsync(() => Inbox.Health.IsHealthy, "the store heals by itself");

    private IEnumerable<string> LinesOf(LogLevel level) => _logger.Lines.Where(line => line.Level == level).Select(line => line.Message);
}
