using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace ThunderStack.Webhooks.Sqlite.Storage;

/// <summary>What a failure means for what comes next.</summary>
internal enum FailureKind
{
    /// <summary>Heals by itself; the connection is still good.</summary>
    Transient,

    /// <summary>May heal; the connection has to be opened again.</summary>
    Connection,

    /// <summary>The file is damaged or gone: nothing but a person helps.</summary>
    Damaged,

    /// <summary>The fault of one operation, not of the store.</summary>
    Operation,
}

/// <summary>Sorts failures and says what an operator can do about them.</summary>
internal static class SqliteFailure
{
    /// <summary>SQLITE_READONLY_DBMOVED.</summary>
    public const int FileMoved = raw.SQLITE_READONLY | (4 << 8);

    public static FailureKind Classify(Exception exception) => exception is not SqliteException sqlite
        ? FailureKind.Operation
        : sqlite.SqliteErrorCode switch
        {
            _ when sqlite.SqliteExtendedErrorCode == FileMoved => FailureKind.Damaged,
            raw.SQLITE_FULL or raw.SQLITE_BUSY or raw.SQLITE_LOCKED => FailureKind.Transient,
            raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB => FailureKind.Damaged,
            raw.SQLITE_CONSTRAINT or raw.SQLITE_TOOBIG or raw.SQLITE_MISMATCH or raw.SQLITE_RANGE or raw.SQLITE_MISUSE
                => FailureKind.Operation,
            _ => FailureKind.Connection,
        };

    public static string Describe(Exception exception)
    {
        if (exception is not SqliteException sqlite)
        {
            return exception.Message;
        }

        var advice = sqlite.SqliteErrorCode switch
        {
            _ when sqlite.SqliteExtendedErrorCode == FileMoved => "put the file back and restart the receiver",
            raw.SQLITE_FULL => "the disk is full: free space",
            raw.SQLITE_BUSY or raw.SQLITE_LOCKED => "another program holds a lock on the file: end it",
            raw.SQLITE_READONLY => "the file or its directory is read-only: make it writable",
            raw.SQLITE_CANTOPEN => "the file cannot be opened: check that it and its directory exist and are writable",
            raw.SQLITE_IOERR => "the disk fails or its quota is used up: check it",
            raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB => "the file is damaged: stop the receiver and restore a backup",
            raw.SQLITE_NOMEM => "out of memory",
            _ => "unexpected failure",
        };
        return $"{advice} (SQLite {sqlite.SqliteExtendedErrorCode}: {sqlite.Message})";
    }
}
