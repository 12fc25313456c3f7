using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Testing;
using ThunderStack.Webhooks.Testing.Inbox;

namespace ThunderStack.Webhooks.Sqlite.Tests;

/// <summary>Links, pipes, owners and rights of the inbox's files.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class FileTests : IDisposable
{
    private const int Nobody = 65534;
    private const UnixFileMode ReadOnly = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const UnixFileMode Enter = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
    private const UnixFileMode Everything = ReadOnly | Enter | UnixFileMode.UserWrite | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    private readonly TemporaryDirectory _directory = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string FilePath => _directory.File("inbox.db");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Healthy_file_behind_a_link_is_opened_and_locked_where_it_is()
    {
        await using (var inbox = await OpenAsync(FilePath))
        {
            await AppendAsync(inbox, 100);
        }

        Directory.CreateDirectory(_directory.File("links"));
        File.CreateSymbolicLink(_directory.File("links/one.db"), FilePath);
        File.CreateSymbolicLink(_directory.File("links/two.db"), _directory.File("links/one.db"));

        await using var linked = await OpenAsync(_directory.File("links/two.db"));

        await AppendAsync(linked, 1);
        (await FluentActions.Awaiting(() => OpenAsync(FilePath)).Should().ThrowAsync<InboxOpenException>()).Which.IsInUse.Should().BeTrue();
        Directory.GetFiles(_directory.File("links")).Should().HaveCount(2, "the log and the lock belong beside the file");
    }

    [Fact]
    public async Task Link_to_a_file_that_is_missing_creates_it()
    {
        File.CreateSymbolicLink(_directory.File("link.db"), FilePath);

        await using var inbox = await OpenAsync(_directory.File("link.db"));

        File.Exists(FilePath).Should().BeTrue();
    }

    [Fact]
    public async Task Link_that_leads_to_itself_is_refused()
    {
        File.CreateSymbolicLink(FilePath, FilePath);

        await ShouldRefuseAsync("*link that leads nowhere*");
    }

    [Fact]
    public async Task Lock_file_that_is_a_link_is_refused_and_its_target_is_left_alone()
    {
        var target = _directory.File("precious");
        await File.WriteAllTextAsync(target, "precious", Token);
        File.CreateSymbolicLink(FilePath + ".lock", target);

        await ShouldRefuseAsync("*inbox.db.lock*Remove it*");

        (await File.ReadAllTextAsync(target, Token)).Should().Be("precious");
    }

    [Theory]
    [InlineData("inbox.db")]
    [InlineData("inbox.db.lock")]
    public async Task Pipe_is_refused(string name)
    {
        using (var mkfifo = Process.Start("mkfifo", [_directory.File(name)]))
        {
            await mkfifo.WaitForExitAsync(Token);
        }

        await ShouldRefuseAsync($"*{name}*pipe*");
    }

    [Fact]
    public async Task Files_are_for_their_owner_and_at_most_for_its_group_to_read()
    {
        await using var inbox = await OpenAsync(FilePath);
        await AppendAsync(inbox, 1);

        ShouldBeOurs();
    }

    [Fact]
    public async Task Files_of_an_earlier_version_are_taken_from_others()
    {
        await (await OpenAsync(FilePath)).DisposeAsync();
        File.SetUnixFileMode(FilePath, (UnixFileMode)Convert.ToInt32("666", 8));
        File.SetUnixFileMode(FilePath + ".lock", (UnixFileMode)Convert.ToInt32("644", 8));

        await using var inbox = await OpenAsync(FilePath);
        await AppendAsync(inbox, 1);

        ShouldBeOurs();
    }

    [Theory]
    [InlineData("inbox.db.lock", "*lock file*not writable*uid*chown*")]
    [InlineData("inbox.db", "*inbox.db*uid*chown*")]
    [InlineData(".", "*directory is not writable*uid*chown*")]
    public async Task What_may_not_be_written_is_named_with_the_user(string name, string message)
    {
        await (await OpenAsync(FilePath)).DisposeAsync();
        if (name == ".")
        {
            File.Delete(FilePath + ".lock");
        }

        Directory.GetFiles(_directory.Path).Append(_directory.Path).ToList().ForEach(path => File.SetUnixFileMode(path, Everything));
        File.SetUnixFileMode(_directory.File(name), name == "." ? ReadOnly | Enter : ReadOnly);
        try
        {
            Exception? refused = null;
            var user = new Thread(() =>
            {
                _ = SetFileUser(Environment.IsPrivilegedProcess ? Nobody : -1);
                refused = Record.Exception(() => OpenAsync(FilePath).GetAwaiter().GetResult());
            });
            user.Start();
            user.Join();

            refused.Should().BeOfType<InboxOpenException>().Which.Message.Should().Match(message);
        }
        finally
        {
            File.SetUnixFileMode(_directory.File(name), Everything);
        }
    }

    private void ShouldBeOurs()
    {
        var most = (UnixFileMode)Convert.ToInt32("640", 8);
        var files = Directory.GetFiles(Path.GetDirectoryName(FilePath)!);
        files.Should().HaveCount(4);
        files.Should().OnlyContain(file => (File.GetUnixFileMode(file) & ~most) == 0);
    }

    private async Task ShouldRefuseAsync(string message) =>
        await FluentActions.Awaiting(() => OpenAsync(FilePath)).Should().ThrowAsync<InboxOpenException>().WithMessage(message);

    private static async Task<SqliteInbox> OpenAsync(string path)
    {
        var inbox = new SqliteInbox(
            Options.Create(new InboxOptions { ConnectionString = $"Data Source={path}" }), Options.Create(new SqliteInboxOptions()),
            TimeProvider.System, NullLogger<SqliteInbox>.Instance);
        await inbox.OpenAsync(Token);
        return inbox;
    }

    private static async Task AppendAsync(SqliteInbox inbox, int count)
    {
        foreach (var entry in TestEntry.CreateMany(count))
        {
            (await inbox.AppendAsync(entry, TestEntry.Key, Token)).Outcome.Should().Be(AppendOutcome.Stored);
        }
    }

    // Root may write everything: files are opened as somebody else, by this thread alone. -1 changes nothing.
    [DllImport("libc", EntryPoint = "setfsuid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetFileUser(int user);
}
