using System.Text;
using SQLitePCL;

namespace ThunderStack.Webhooks.Sqlite.Storage;

/// <summary>A prepared statement. Parameters count from 1, columns from 0.</summary>
internal sealed class Statement(Database database, sqlite3_stmt handle, string sql) : IDisposable
{
    private const int StackLimit = 512;

    public string Sql => sql;

    public void Bind(int index, SqlValue value) => database.ThrowIfFailed(value switch
    {
        { Number: { } number } => raw.sqlite3_bind_int64(handle, index, number),
        { Text: { } text } => BindText(index, text),

        // An empty one stays a blob; the library would make it NULL.
        { Blob: { IsEmpty: true } } => raw.sqlite3_bind_zeroblob(handle, index, 0),
        { Blob: { } blob } => raw.sqlite3_bind_blob(handle, index, blob.Span),
        _ => raw.sqlite3_bind_null(handle, index),
    });

    /// <summary>Binds the parameters from the first on.</summary>
    public void BindAll(params ReadOnlySpan<SqlValue> values)
    {
        for (var index = 0; index < values.Length; index++)
        {
            Bind(index + 1, values[index]);
        }
    }

    /// <summary>Moves to the next row; <see langword="false"/> at the end.</summary>
    public bool Step()
    {
        var code = raw.sqlite3_step(handle);
        database.ThrowIfFailed(code);
        return code == raw.SQLITE_ROW;
    }

    /// <summary>Runs to the end with these values and makes the statement ready for its next use. Returns how many rows it changed.</summary>
    public int Run(params ReadOnlySpan<SqlValue> values)
    {
        BindAll(values);
        try
        {
            while (Step())
            {
            }

            return database.Changes;
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
    public List<T> ReadAll<T>(Func<Statement, T> read)
    {
        var list = new List<T>();
        while (Step())
        {
            list.Add(read(this));
        }

        return list;
    }

    public void Dispose() => handle.Dispose();

    private int BindText(int index, string text)
    {
        if (text.Length == 0)
        {
            return raw.sqlite3_bind_text(handle, index, text);
        }

        var size = Encoding.UTF8.GetMaxByteCount(text.Length);
        var bytes = size <= StackLimit ? stackalloc byte[StackLimit] : new byte[size];
        return raw.sqlite3_bind_text(handle, index, bytes[..Encoding.UTF8.GetBytes(text, bytes)]);
    }
}
