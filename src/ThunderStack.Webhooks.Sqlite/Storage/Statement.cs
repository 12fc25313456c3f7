using System.Text;
using SQLitePCL;

namespace ThunderStack.Webhooks.Sqlite.Storage;

/// <summary>A prepared statement. Parameters count from 1, columns from 0.</summary>
internal sealed class Statement(Database database, sqlite3_stmt handle, string sql) : IDisposable
{
    private const int StackLimit = 512;

    public string Sql => sql;

    public void Bind(int index, long value) => database.ThrowIfFailed(raw.sqlite3_bind_int64(handle, index, value));

    public void Bind(int index, long? value)
    {
        if (value is { } number)
        {
            Bind(index, number);
        }
        else
        {
            BindNull(index);
        }
    }

    /// <summary>Binds a blob. An empty one stays a blob; the library would make it NULL.</summary>
    public void Bind(int index, ReadOnlySpan<byte> value) =>
        database.ThrowIfFailed(value.IsEmpty
            ? raw.sqlite3_bind_zeroblob(handle, index, 0)
            : raw.sqlite3_bind_blob(handle, index, value));

    public void Bind(int index, string? value)
    {
        if (value is null)
        {
            BindNull(index);
            return;
        }

        if (value.Length == 0)
        {
            database.ThrowIfFailed(raw.sqlite3_bind_text(handle, index, value));
            return;
        }

        var size = Encoding.UTF8.GetMaxByteCount(value.Length);
        var bytes = size <= StackLimit ? stackalloc byte[StackLimit] : new byte[size];
        var length = Encoding.UTF8.GetBytes(value, bytes);
        database.ThrowIfFailed(raw.sqlite3_bind_text(handle, index, bytes[..length]));
    }

    public void BindNull(int index) => database.ThrowIfFailed(raw.sqlite3_bind_null(handle, index));

    /// <summary>Moves to the next row; <see langword="false"/> at the end.</summary>
    public bool Step()
    {
        var code = raw.sqlite3_step(handle);
        database.ThrowIfFailed(code);
        return code == raw.SQLITE_ROW;
    }

    /// <summary>Runs to the end and makes the statement ready for its next use.</summary>
    public void Run()
    {
        try
        {
            while (Step())
            {
            }
        }
        finally
        {
            Reset();
        }
    }

    // The code that reset returns repeats the failure of the last step, which was thrown already.
    public void Reset() => _ = raw.sqlite3_reset(handle);

    public bool IsNull(int column) => raw.sqlite3_column_type(handle, column) == raw.SQLITE_NULL;

    public long GetInt64(int column) => raw.sqlite3_column_int64(handle, column);

    public long? GetNullableInt64(int column) => IsNull(column) ? null : GetInt64(column);

    /// <summary>The bytes of a column, valid until the next step.</summary>
    public ReadOnlySpan<byte> GetSpan(int column) => raw.sqlite3_column_blob(handle, column);

    public byte[] GetBytes(int column) => GetSpan(column).ToArray();

    // By length and not to the first NUL: text may contain one.
    public string GetString(int column) => Encoding.UTF8.GetString(GetSpan(column));

    public string? GetText(int column) => IsNull(column) ? null : GetString(column);

    /// <summary>All rows.</summary>
    public IReadOnlyList<T> ReadAll<T>(Func<Statement, T> read)
    {
        var list = new List<T>();
        while (Step())
        {
            list.Add(read(this));
        }

        return list;
    }

    public void Dispose() => handle.Dispose();
}
