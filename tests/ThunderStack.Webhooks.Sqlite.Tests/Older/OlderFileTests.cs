using System.IO.Compression;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Stores;
using ThunderStack.Webhooks.Testing;
using ThunderStack.Webhooks.Testing.Inbox;
using ThunderStack.Webhooks.Testing.Older;

namespace ThunderStack.Webhooks.Sqlite.Tests.Older;

/// <summary>
/// A file that the last commit with schema 6 (e4195b9) has written: behind the webhooks two conditions with their changes, and two actions.
/// </summary>
public sealed class OlderFileTests : OlderStoreTests
{
    private readonly TemporaryDirectory _directory = new();
    private readonly SteppedClock _time = new(TestEntry.Noon.AddMinutes(1));
    private SqliteInbox? _inbox;

    protected override HostedInbox Inbox => _inbox!;

    protected override int Events => 14;

    protected override int Action => 2;

    public override async ValueTask InitializeAsync()
    {
        var path = _directory.File("inbox.db");
        await using (var file = File.Create(path))
        await using (var packed = new GZipStream(File.OpenRead(Path.Combine(AppContext.BaseDirectory, "Older", "inbox-6.db.gz")), CompressionMode.Decompress))
        {
            await packed.CopyToAsync(file, Token);
        }

        _inbox = new SqliteInbox(
            Options.Create(new InboxOptions { ConnectionString = $"Data Source={path}" }),
            Options.Create(new SqliteInboxOptions()),
            _time,
            NullLogger<SqliteInbox>.Instance);
        await _inbox.OpenAsync(Token);
    }

    public override async ValueTask DisposeAsync()
    {
        await Inbox.CloseAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task Who_paused_it_when_and_who_did_what_are_there()
    {
        (await Inbox.LoadAsync("https://cloud.example", Token)).Should().ContainSingle()
            .Which.SubjectPublicKeyInfo.ToArray().Should().Equal((await Inbox.ListKeysAsync(Token)).Single().Value.ToArray());
        (await Inbox.ListHandlersAsync(Token)).Should().Equal(new HandlerRecord(First, null, null), new HandlerRecord(Second, TestEntry.Noon, "ops"));
        Inbox.PausedHandlers.Should().Equal(Second);
        (await Inbox.ListAuditAsync(10, Token)).Should().Equal(new AuditRecord(TestEntry.Noon, "ops", "handlers.pause", Second, "paused"));
    }

    protected override void MakeRetriesDue() => _time.Advance(TimeSpan.FromHours(7));
}
