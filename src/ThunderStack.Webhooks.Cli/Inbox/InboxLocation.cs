using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using ThunderStack.Webhooks.Cli.Output;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Sqlite;
using ThunderStack.Webhooks.Sqlite.Reading;

namespace ThunderStack.Webhooks.Cli.Inbox;

/// <summary>A receiver's inbox: which store, and where.</summary>
/// <param name="Provider">Which store.</param>
/// <param name="ConnectionString">Where; never shown.</param>
internal sealed record InboxLocation(InboxProvider Provider, string ConnectionString)
{
    /// <summary>Reads a path or a connection string.</summary>
    public static InboxLocation Parse(string text) => text.Contains('=', StringComparison.Ordinal) && !File.Exists(text)
        ? new InboxLocation(InboxProvider.Sqlite, text)
        : new InboxLocation(InboxProvider.Sqlite, new SqliteConnectionStringBuilder { DataSource = text }.ToString());

    /// <summary>Opens it for reading; a receiver may be running.</summary>
    public IInboxReader OpenReader() => SqliteInboxReader.Open(ConnectionString);

    /// <summary>Opens it for changes. The SQLite file has one owner, so no receiver may be running on it.</summary>
    /// <exception cref="CommandException">A receiver is.</exception>
    public async Task<OpenedInbox> OpenAsync(CancellationToken cancellationToken)
    {
        // First as a reader: a file that is missing must not be made, and one of another version not brought to this one.
        var reader = OpenReader();
        var inbox = new SqliteInbox(
            Options.Create(new InboxOptions { ConnectionString = ConnectionString }),
            Options.Create(new SqliteInboxOptions()),
            TimeProvider.System,
            NullLogger<SqliteInbox>.Instance);
        try
        {
            await inbox.OpenAsync(cancellationToken);
            return new OpenedInbox(inbox, reader, inbox);
        }
        catch (InboxOpenException exception) when (exception.IsInUse)
        {
            throw new CommandException(
                ExitCode.InUse,
                "A receiver owns this inbox, and only the owner may change it: stop the receiver, run this again, and start it. Looking at it needs no stop.");
        }
    }
}
