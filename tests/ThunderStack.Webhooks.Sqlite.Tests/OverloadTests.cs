using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Sqlite.Storage;
using ThunderStack.Webhooks.Sqlite.Writing;
using ThunderStack.Webhooks.Testing;
using ThunderStack.Webhooks.Testing.Inbox;

namespace ThunderStack.Webhooks.Sqlite.Tests;

/// <summary>Nobody waits for ever: not for a disk that hangs, not in a long queue, not for an inbox that closes.</summary>
public sealed class OverloadTests : IAsyncDisposable
{
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
    public async Task Hung_disk_answers_unknown_to_who_is_in_the_commit_and_unavailable_to_who_waits()
    {
        using var gate = new ManualResetEventSlim();
        using var entered = new ManualResetEventSlim();
        await OpenAsync(new InboxLimits { HungAfter = TimeSpan.FromMilliseconds(200) });
        _fault = (phase, _) =>
        {
            if (phase == WritePhase.Commit)
            {
                entered.Set();
                gate.Wait(TimeSpan.FromSeconds(60));
            }
        };
        var inCommit = TestEntry.Create();
        var stuck = AppendAsync(inCommit);
        entered.Wait(TimeSpan.FromSeconds(60), Token).Should().BeTrue();
        var waiting = TestEntry.Create();
        var queued = AppendAsync(waiting);

        (await stuck).Outcome.Should().Be(AppendOutcome.Unknown);
        (await queued).Outcome.Should().Be(AppendOutcome.Unavailable);
        await Eventually.TrueAsync(() => Inbox.Health.Reason?.Contains("disk has not answered") == true, "health says why");

        gate.Set();
        await HealsAsync();
        (await AppendAsync(inCommit)).Outcome.Should().Be(AppendOutcome.Duplicate);
        (await AppendAsync(waiting)).Outcome.Should().Be(AppendOutcome.Stored);
    }

    [Fact]
    public async Task Log_beside_the_file_stays_small_so_that_no_append_waits_for_much_of_it()
    {
        await OpenAsync(new InboxLimits());

        for (var wave = 0; wave < 50; wave++)
        {
            await Task.WhenAll(Enumerable.Range(0, 60).Select(_ => AppendAsync(TestEntry.Create())));
        }

        new FileInfo(_store!.Path + "-wal").Length.Should().BeInRange(1, 2 * 1024 * 1024);
        new FileInfo(_store.Path).Length.Should().BeGreaterThan(256 * 1024, "what the log held is in the file");
    }

    [Fact]
    public async Task Too_many_waiting_appends_are_refused_at_the_door()
    {
        using var gate = new ManualResetEventSlim();
        using var entered = new ManualResetEventSlim();
        await OpenAsync(new InboxLimits { WaitingAppends = 3 });
        _fault = (_, _) =>
        {
            entered.Set();
            gate.Wait(TimeSpan.FromSeconds(60));
        };
        var running = AppendAsync(TestEntry.Create());
        entered.Wait(TimeSpan.FromSeconds(60), Token).Should().BeTrue();
        var waiting = Enumerable.Range(0, 3).Select(_ => AppendAsync(TestEntry.Create())).ToList();

        var refused = await AppendAsync(TestEntry.Create());

        refused.Outcome.Should().Be(AppendOutcome.Unavailable);
        refused.Reason.Should().Contain("overloaded");
        gate.Set();
        (await Task.WhenAll([running, .. waiting])).Should().OnlyContain(result => result.Outcome == AppendOutcome.Stored);
    }

    [Fact]
    public async Task Closed_or_unopened_inbox_refuses_appends()
    {
        await OpenAsync();
        await Inbox.CloseAsync();

        (await AppendAsync(TestEntry.Create())).Outcome.Should().Be(AppendOutcome.Unavailable);
        Inbox.Health.IsHealthy.Should().BeFalse();
    }

    [Fact]
    public async Task Closing_answers_every_append_that_waits()
    {
        await OpenAsync();
        var entries = TestEntry.CreateMany(2_000);
        var appends = entries.Select(AppendAsync).ToList();

        await Inbox.CloseAsync();

        var results = await Task.WhenAll(appends);
        await _store!.RestartAsync();
        foreach (var (entry, result) in entries.Zip(results).Where(pair => pair.Second.IsDurable).Take(50))
        {
            (await Inbox.FindAsync(entry.Id, Token)).Should().NotBeNull();
        }

        results.Should().OnlyContain(result => result.Outcome == AppendOutcome.Stored);
    }

    private async Task OpenAsync(InboxLimits? limits = null) => _store = await TestSqliteInbox.OpenAsync(
        limits: (limits ?? new InboxLimits()) with
        {
            ProbeInterval = TimeSpan.FromMilliseconds(20),
            Fault = (phase, database) => _fault?.Invoke(phase, database),
        });

    private Task<AppendResult> AppendAsync(InboxEntry entry) => Inbox.AppendAsync(entry, TestEntry.Key, Token).AsTask();

    private Task HealsAsync() => Eventually.TrueAsync(() => Inbox.Health.IsHealthy, "the store heals by itself");
}
