using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace ThunderStack.Webhooks.Sqlite.Storage;

/// <summary>One connection, for one thread at a time. Errors are <see cref="SqliteException"/>.</summary>
internal sealed partial class Database : IDisposable
{
    // A connection belongs to one thread at a time, so SQLite's own mutex would only cost.
    private const int NoMutex = raw.SQLITE_OPEN_NOMUTEX;

    // https://www.sqlite.org/c3ref/c_fcntl_begin_atomic_write.html
    private const int HasMoved = 20;
    private const int FilePointer = 7;

    // Of sqlite3_io_methods, behind its version and xClose: https://www.sqlite.org/c3ref/io_methods.html
    private const int ReadMethod = 2;

    private readonly sqlite3 _handle;
    private readonly List<Statement> _statements = [];

    static Database() => Batteries_V2.Init();

    private Database(sqlite3 handle) => _handle = handle;

    /// <summary>Where the file is, by its full name.</summary>
    public string Path => raw.sqlite3_db_filename(_handle, "main").utf8_to_string();

    /// <summary>Whether it cannot be written, although it was to be: SQLite opens a file without the right to write it for reading.</summary>
    public bool IsReadOnly => raw.sqlite3_db_readonly(_handle, "main") == 1;

    /// <summary>Whether a transaction is open.</summary>
    public bool InTransaction => raw.sqlite3_get_autocommit(_handle) == 0;

    /// <summary>How many rows the last statement inserted, changed or deleted.</summary>
    public int Changes => raw.sqlite3_changes(_handle);

    /// <summary>The statements that are kept prepared.</summary>
    public IEnumerable<string> Prepared => _statements.Select(statement => statement.Sql);

    public static Database OpenReadWrite(string path, TimeSpan busyTimeout) =>
        Open(path, raw.SQLITE_OPEN_READWRITE | NoMutex, busyTimeout);

    public static Database Create(string path, TimeSpan busyTimeout) =>
        Open(path, raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_CREATE | NoMutex, busyTimeout);

    public static Database OpenReadOnly(string path, TimeSpan busyTimeout) =>
        Open(path, raw.SQLITE_OPEN_READONLY | NoMutex, busyTimeout);

    /// <summary>Opens a file that nobody writes without taking locks or creating files beside it.</summary>
    public static Database OpenImmutable(string path)
    {
        var uri = $"file:{Uri.EscapeDataString(path).Replace("%2F", "/", StringComparison.Ordinal)}?immutable=1";
        return Open(uri, raw.SQLITE_OPEN_READONLY | raw.SQLITE_OPEN_URI | NoMutex, TimeSpan.Zero);
    }

    /// <summary>Prepares a statement that is used as long as the connection.</summary>
    public Statement Prepare(string sql)
    {
        var code = raw.sqlite3_prepare_v3(_handle, sql, raw.SQLITE_PREPARE_PERSISTENT, out var handle);
        ThrowIfFailed(code);
        var statement = new Statement(this, handle, sql);
        _statements.Add(statement);
        return statement;
    }

    /// <summary>Prepares a statement for one use, with these values; the caller disposes it.</summary>
    public Statement Query(string sql, params ReadOnlySpan<SqlValue> values)
    {
        ThrowIfFailed(raw.sqlite3_prepare_v2(_handle, sql, out var handle));
        var statement = new Statement(this, handle, sql);
        statement.BindAll(values);
        return statement;
    }

    /// <summary>Makes the statement that runs fail; from any thread.</summary>
    public void Interrupt() => raw.sqlite3_interrupt(_handle);

    /// <summary>Runs statements that return nothing of interest, one after the other.</summary>
    public void Execute(string sql)
    {
        var tail = sql;
        while (!string.IsNullOrWhiteSpace(tail))
        {
            ThrowIfFailed(raw.sqlite3_prepare_v2(_handle, tail, out var handle, out tail));
            using var statement = new Statement(this, handle, sql);
            while (statement.Step())
            {
            }
        }
    }

    /// <summary>Runs one statement with these values. Returns how many rows it changed.</summary>
    public int Run(string sql, params ReadOnlySpan<SqlValue> values)
    {
        using var statement = Query(sql, values);
        return statement.Run();
    }

    /// <summary>All rows that one statement answers with these values.</summary>
    public List<T> ReadAll<T>(string sql, Func<Statement, T> read, params ReadOnlySpan<SqlValue> values)
    {
        using var statement = Query(sql, values);
        return statement.ReadAll(read);
    }

    /// <summary>The first column of the first row as a number; 0 when there is no row or it is NULL.</summary>
    public long ReadInt64(string sql)
    {
        using var statement = Query(sql);
        return statement.Step() ? statement.GetInt64(0) : 0;
    }

    /// <summary>The first column of the first row as text; <see langword="null"/> when there is no row or it is NULL.</summary>
    public string? ReadText(string sql)
    {
        using var statement = Query(sql);
        return statement.Step() ? statement.GetText(0) : null;
    }

    /// <summary>
    /// Throws when the file is no longer where it was opened: a commit would succeed, in a file that nobody finds again.
    /// </summary>
    public void ThrowIfMoved()
    {
        var code = FileControl(_handle.DangerousGetHandle(), "main", HasMoved, out var moved);
        if (code == raw.SQLITE_OK && moved != 0)
        {
            throw new SqliteException(
                "the file was moved, replaced or deleted while it was open", raw.SQLITE_READONLY, SqliteFailure.FileMoved);
        }
    }

    /// <summary>
    /// Reads the beginning of the file itself, past the log and the cache, or returns whether it is too short for that. By
    /// SQLite's own handle: closing another one would drop the locks that it holds.
    /// </summary>
    public unsafe bool TryReadFile(Span<byte> bytes)
    {
        ThrowIfFailed(FindFile(_handle.DangerousGetHandle(), "main", FilePointer, out var file));
        var methods = *(nint**)file;
        var read = (delegate* unmanaged[Cdecl]<nint, byte*, int, long, int>)methods[ReadMethod];
        fixed (byte* buffer = bytes)
        {
            return read(file, buffer, bytes.Length, 0) == raw.SQLITE_OK;
        }
    }

    public void ThrowIfFailed(int code)
    {
        if (code is not (raw.SQLITE_OK or raw.SQLITE_ROW or raw.SQLITE_DONE))
        {
            throw Failure(code);
        }
    }

    public void Dispose()
    {
        foreach (var statement in _statements)
        {
            statement.Dispose();
        }

        _statements.Clear();
        _handle.Dispose();
    }

    private static Database Open(string path, int flags, TimeSpan busyTimeout)
    {
        var code = raw.sqlite3_open_v2(path, out var handle, flags, null);
        var database = new Database(handle);
        try
        {
            database.ThrowIfFailed(code);
            _ = raw.sqlite3_extended_result_codes(handle, 1);
            _ = raw.sqlite3_busy_timeout(handle, (int)busyTimeout.TotalMilliseconds);
            return database;
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    // The binding has no such call.
    [LibraryImport("e_sqlite3", EntryPoint = "sqlite3_file_control", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int FileControl(nint database, string name, int operation, out int result);

    [LibraryImport("e_sqlite3", EntryPoint = "sqlite3_file_control", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int FindFile(nint database, string name, int operation, out nint file);

    private SqliteException Failure(int code)
    {
        var extended = raw.sqlite3_extended_errcode(_handle);
        var message = raw.sqlite3_errmsg(_handle).utf8_to_string();
        return new SqliteException(message, code & 0xFF, extended != 0 ? extended : code);
    }
}
