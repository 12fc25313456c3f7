namespace ThunderStack.Webhooks.Sqlite.Storage;

/// <summary>Reads events by their place in the order of receipt, on a connection of its own.</summary>
internal sealed class EntryReader(string path, TimeSpan busyTimeout) : IDisposable
{
    public const string Sql = $"SELECT {EntryColumns.Select} FROM {EntryColumns.Source} WHERE e.seq = ?1";

    private readonly Lock _gate = new();
    private Database? _database;
    private Statement? _select;
    private bool _isClosed;

    /// <exception cref="KeyNotFoundException">There is no such event.</exception>
    public InboxEntry Read(long seq)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isClosed, this);
            try
            {
                _database ??= Database.OpenReadOnly(path, busyTimeout);
                _select ??= _database.Prepare(Sql);
                _select.Bind(1, seq);
                var entry = _select.Step() ? EntryColumns.Read(_select) : null;
                _select.Reset();
                return entry ?? throw new KeyNotFoundException($"The inbox has no event number {seq}.");
            }
            catch (Microsoft.Data.Sqlite.SqliteException)
            {
                // A connection that failed is not trusted with the next read.
                CloseDatabase();
                throw;
            }
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _isClosed = true;
            CloseDatabase();
        }
    }

    private void CloseDatabase()
    {
        _database?.Dispose();
        _database = null;
        _select = null;
    }
}
