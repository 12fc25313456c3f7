using System.Runtime.InteropServices;

namespace ThunderStack.Webhooks.Sqlite.Storage;

/// <summary>
/// Makes directories that a power cut does not take back. SQLite syncs the one that its file is in; that one's own entry,
/// when it is new, is ours to sync.
/// </summary>
internal static partial class DirectorySync
{
    private const int ReadOnly = 0;

    /// <exception cref="InboxOpenException">It cannot be created.</exception>
    public static void Create(string directory)
    {
        try
        {
            var existing = directory;
            while (!Directory.Exists(existing) && Path.GetDirectoryName(existing) is { Length: > 0 } parent)
            {
                existing = parent;
            }

            if (existing == directory)
            {
                return;
            }

            Directory.CreateDirectory(directory);
            var changed = Path.GetDirectoryName(directory);
            while (changed?.Length >= existing.Length)
            {
                Sync(changed);
                changed = Path.GetDirectoryName(changed);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InboxOpenException(
                $"The inbox's directory '{directory}' cannot be created: {exception.Message} " +
                "Create it, or name another in ThunderStack:Inbox:ConnectionString.",
                exception);
        }
    }

    // .NET opens no directories. Windows keeps its directories in a journal, and file systems that cannot sync one say so.
    private static void Sync(string directory)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var descriptor = OpenFile(directory, ReadOnly);
        if (descriptor >= 0)
        {
            _ = SyncFile(descriptor);
            _ = CloseFile(descriptor);
        }
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenFile(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync")]
    private static partial int SyncFile(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int CloseFile(int descriptor);
}
