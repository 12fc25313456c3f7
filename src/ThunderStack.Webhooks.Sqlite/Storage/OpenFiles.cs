using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace ThunderStack.Webhooks.Sqlite.Storage;

/// <summary>
/// The files of an open database, watched for what an operator may do to them. SQLite would not notice: it goes on writing
/// to a log that was deleted, and keeps in memory the pages of a file that was overwritten.
/// </summary>
internal sealed class OpenFiles
{
    private const int HeaderSize = 100;
    private const int PageSizeOffset = 16;

    private readonly Database _database;
    private readonly string _path;
    private readonly byte[] _header = new byte[HeaderSize];
    private readonly ulong _logInode;
    private readonly ulong _indexInode;
    private long _size;
    private long _logSize;

    /// <summary>Takes them as they are. After the first read, when the log is there.</summary>
    public OpenFiles(Database database)
    {
        _database = database;
        _path = database.Path;
        _ = database.TryReadFile(_header);
        (_logInode, _indexInode) = (FileStatus.Of(LogPath)?.Inode ?? 0, FileStatus.Of(IndexPath)?.Inode ?? 0);
        TakeSizes();
    }

    private string LogPath => _path + "-wal";

    private string IndexPath => _path + "-shm";

    /// <summary>Throws when a transaction would write into files that are not what they were after the last one.</summary>
    public void Check()
    {
        _database.ThrowIfMoved();
        CheckPlaces();
        if (FileStatus.Of(_path)?.Size < _size)
        {
            throw Damaged($"'{_path}' was cut while it was open");
        }

        if (FileStatus.Of(LogPath)?.Size < _logSize)
        {
            throw Damaged($"'{LogPath}' was cut while it was open");
        }

        Span<byte> header = stackalloc byte[HeaderSize];
        if (_database.TryReadFile(header) is false || !header[..(PageSizeOffset + 2)].SequenceEqual(_header.AsSpan(0, PageSizeOffset + 2)))
        {
            throw Damaged($"'{_path}' was overwritten while it was open");
        }
    }

    /// <summary>Throws when what was just committed went into files that are not there any more.</summary>
    public void CheckCommitted()
    {
        _database.ThrowIfMoved();
        CheckPlaces();
        TakeSizes();
    }

    private void CheckPlaces()
    {
        CheckPlace(LogPath, _logInode);
        CheckPlace(IndexPath, _indexInode);
    }

    private void CheckPlace(string path, ulong inode)
    {
        if (inode != 0 && FileStatus.Of(path) is { } status && status.Inode != inode)
        {
            Rescue();
            throw Damaged($"'{path}' was deleted or replaced while it was open");
        }
    }

    /// <summary>What is only in a log that was deleted is lost when the process ends, unless the database has it by then.</summary>
    private void Rescue()
    {
        try
        {
            _database.Execute("PRAGMA wal_checkpoint(PASSIVE)");
        }
        catch (SqliteException)
        {
            // Then it is as it is; what is reported is the file that is gone.
        }
    }

    private void TakeSizes() =>
        (_size, _logSize) = (FileStatus.Of(_path)?.Size ?? 0, FileStatus.Of(LogPath)?.Size ?? 0);

    private static SqliteException Damaged(string finding) => new(finding, raw.SQLITE_CORRUPT);
}
