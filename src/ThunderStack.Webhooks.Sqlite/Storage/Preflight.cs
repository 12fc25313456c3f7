using System.Buffers.Binary;
using Microsoft.Data.Sqlite;

namespace ThunderStack.Webhooks.Sqlite.Storage;

/// <summary>Looks at a file before anything is written to it, and leaves one that it refuses as it was.</summary>
internal static class Preflight
{
    // https://www.sqlite.org/fileformat.html, "The Database Header"
    private const int HeaderSize = 100;
    private const int PageSizeOffset = 16;
    private const int ChangeCounterOffset = 24;
    private const int PageCountOffset = 28;
    private const int ValidForOffset = 92;

    // Larger files are checked for their size and schema only: a start must not take longer and longer.
    private const long QuickCheckLimit = 64 * 1024 * 1024;

    /// <exception cref="InboxOpenException">The file is not a sound inbox of a version this build knows.</exception>
    public static void Check(string path)
    {
        var file = new FileInfo(path);
        if (Directory.Exists(path))
        {
            throw new InboxOpenException($"'{path}' is a directory. Name a file in ThunderStack:Inbox:ConnectionString.");
        }

        if (FileStatus.Of(path) is { Links: > 0, IsRegular: false })
        {
            throw new InboxOpenException($"'{path}' is no file but a pipe, a device or the like. Name a file in ThunderStack:Inbox:ConnectionString.");
        }

        if (!file.Exists || file.Length == 0)
        {
            return;
        }

        try
        {
            var hasLog = File.Exists(path + "-wal") && new FileInfo(path + "-wal").Length > 0;
            CheckHeader(path, file.Length, hasLog);

            // Without a log nothing has to be recovered, and nothing need be created beside the file to read it.
            using var database = hasLog ? Database.OpenReadOnly(path, TimeSpan.FromSeconds(2)) : Database.OpenImmutable(path);
            CheckOwner(path, database);
            if (file.Length <= QuickCheckLimit && database.ReadText("PRAGMA quick_check(1)") is var finding && finding != "ok")
            {
                throw Damaged(path, finding);
            }
        }
        catch (SqliteException exception) when (SqliteFailure.Classify(exception) == FailureKind.Damaged)
        {
            throw Damaged(path, exception.Message, exception);
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new InboxOpenException($"The inbox '{path}' cannot be read: {exception.Message} {FileRights.Advice(path)}", exception);
        }
        catch (Exception exception) when (exception is SqliteException or IOException)
        {
            throw new InboxOpenException($"The inbox '{path}' cannot be read: {SqliteFailure.Describe(exception)}", exception);
        }
    }

    // Runs while SQLite does not have the file open: closing any other handle would drop its locks.
    private static void CheckHeader(string path, long length, bool hasLog)
    {
        Span<byte> header = stackalloc byte[HeaderSize];
        using (var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0))
        {
            if (stream.ReadAtLeast(header, HeaderSize, throwOnEndOfStream: false) < HeaderSize || !header.StartsWith("SQLite format 3\0"u8))
            {
                throw new InboxOpenException(
                    $"'{path}' is not an SQLite database. Name another file in ThunderStack:Inbox:ConnectionString, or move it away.");
            }
        }

        // A log may hold pages that the file does not have yet.
        long pageSize = BinaryPrimitives.ReadUInt16BigEndian(header[PageSizeOffset..]) is var size && size == 1 ? 65_536 : size;
        var pages = BinaryPrimitives.ReadUInt32BigEndian(header[PageCountOffset..]);
        var isCounted = header.Slice(ChangeCounterOffset, sizeof(int)).SequenceEqual(header.Slice(ValidForOffset, sizeof(int)));
        if (!hasLog && isCounted && length < pages * pageSize)
        {
            throw Damaged(path, $"it has {length} bytes of {pages * pageSize}");
        }
    }

    private static void CheckOwner(string path, Database database)
    {
        var application = database.ReadInt64("PRAGMA application_id");
        var version = database.ReadInt64("PRAGMA user_version");
        var isEmpty = database.ReadInt64("SELECT count(*) FROM sqlite_master") == 0;
        if (isEmpty && application == 0 && version == 0)
        {
            return;
        }

        if (application != Schema.ApplicationId)
        {
            throw new InboxOpenException(
                $"'{path}' is the database of another program. Name another file in ThunderStack:Inbox:ConnectionString.");
        }

        if (version > Schema.Version)
        {
            throw new InboxOpenException(
                $"The inbox '{path}' was written by a newer receiver: its schema has version {version}, this one knows {Schema.Version}. " +
                "Upgrade the receiver, or restore a backup made before the upgrade.");
        }
    }

    private static InboxOpenException Damaged(string path, string? finding, Exception? cause = null) =>
        new($"The inbox '{path}' is damaged ({finding}). It was left untouched: restore a backup, or move it away to start an empty one.",
            cause!);
}
