using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Npgsql;
using ThunderStack.Webhooks.Dispatch;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.PostgreSql;
using ThunderStack.Webhooks.PostgreSql.Reading;
using ThunderStack.Webhooks.Sqlite;
using ThunderStack.Webhooks.Sqlite.Reading;
using ThunderStack.Webhooks.Stores;

namespace ThunderStack.Webhooks.Cli.Inbox;

/// <summary>A receiver's inbox: which store, and where.</summary>
/// <param name="Provider">Which store.</param>
/// <param name="ConnectionString">Where; never shown.</param>
/// <param name="Schema">The schema of its tables; only for PostgreSQL.</param>
internal sealed record InboxLocation(InboxProvider Provider, string ConnectionString, string Schema)
{
    /// <summary>Reads a path or a connection string.</summary>
    /// <param name="text">What was written.</param>
    /// <param name="provider">Which store; <see langword="null"/> to tell by the text.</param>
    /// <param name="schema">The schema of a PostgreSQL inbox.</param>
    public static InboxLocation Parse(string text, InboxProvider? provider, string schema)
    {
        var isPath = !text.Contains('=', StringComparison.Ordinal) || File.Exists(text);
        var found = provider ?? (!isPath && NamesHost(text) ? InboxProvider.PostgreSql : InboxProvider.Sqlite);
        var connectionString = found == InboxProvider.Sqlite && isPath ? new SqliteConnectionStringBuilder { DataSource = text }.ToString() : text;
        if (!text.Contains("://", StringComparison.Ordinal) && !CanRead(found, connectionString))
        {
            // Not quoted: it may hold a password.
            throw new CommandException(ExitCode.Usage, $"The inbox is named by a connection string that cannot be read. Example: {(
                found == InboxProvider.PostgreSql ? "'Host=db;Username=thunderstack;Database=thunderstack'" : "'Data Source=data/inbox.db', or the path alone")}.");
        }

        return new InboxLocation(found, connectionString, schema);
    }

    /// <summary>Opens it for reading; a receiver may be running.</summary>
    public async Task<IInboxReader> OpenReaderAsync(CancellationToken cancellationToken) => Provider == InboxProvider.PostgreSql
        ? await PostgreSqlInboxReader.OpenAsync(ConnectionString, Schema, cancellationToken)
        : SqliteInboxReader.Open(ConnectionString);

    /// <summary>
    /// Opens it for changes. An SQLite file has one owner, so no receiver may be running on it; a PostgreSQL inbox is shared.
    /// </summary>
    /// <exception cref="CommandException">A receiver owns it.</exception>
    public async Task<HostedInbox> OpenAsync(CancellationToken cancellationToken)
    {
        // First as a reader: what is missing must not be made, and what is of another version not brought to this one.
        await (await OpenReaderAsync(cancellationToken)).DisposeAsync();
        var options = Options.Create(new InboxOptions { ConnectionString = ConnectionString });
        if (Provider == InboxProvider.PostgreSql)
        {
            var shared = new PostgreSqlInbox(
                options,
                Options.Create(new PostgreSqlInboxOptions { Schema = Schema }),
                Options.Create(new DispatchOptions()),
                TimeProvider.System,
                NullLogger<PostgreSqlInbox>.Instance);
            await shared.OpenAsync(cancellationToken);
            return shared;
        }

        var inbox = new SqliteInbox(options, Options.Create(new SqliteInboxOptions()), TimeProvider.System, NullLogger<SqliteInbox>.Instance);
        try
        {
            await inbox.OpenAsync(cancellationToken);
            return inbox;
        }
        catch (InboxOpenException exception) when (exception.IsInUse)
        {
            throw new CommandException(
                ExitCode.InUse,
                "A receiver owns this inbox, and only the owner may change it: ask that receiver, with --receiver and the address of its management API "
                + "(such as http://127.0.0.1:8081); or stop the receiver, run this again, and start it. Looking at it needs no stop.");
        }
    }

    private static bool CanRead(InboxProvider provider, string connectionString)
    {
        try
        {
            DbConnectionStringBuilder _ = provider == InboxProvider.PostgreSql
                ? new NpgsqlConnectionStringBuilder(connectionString)
                : new SqliteConnectionStringBuilder(connectionString);
            return true;
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or OverflowException or InvalidCastException)
        {
            return false;
        }
    }

    private static bool NamesHost(string text) => text.Split(';')
        .Select(part => part.Split('=')[0].Trim())
        .Any(name => name.Equals("host", StringComparison.OrdinalIgnoreCase) || name.Equals("server", StringComparison.OrdinalIgnoreCase));
}
