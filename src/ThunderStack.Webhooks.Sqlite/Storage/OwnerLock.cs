using System.Globalization;

namespace ThunderStack.Webhooks.Sqlite.Storage;

/// <summary>
/// Makes this process the one owner of the file. The operating system lets go of the lock when the process ends, however
/// it ends; the file beside the database stays.
/// </summary>
internal sealed class OwnerLock : IDisposable
{
    // EWOULDBLOCK, EAGAIN and ERROR_SHARING_VIOLATION, as IOException carries them.
    private const int LinuxLocked = 11;
    private const int MacLocked = 35;
    private const int WindowsLocked = unchecked((int)0x8007_0020);

    private readonly FileStream _file;

    private OwnerLock(FileStream file) => _file = file;

    public static OwnerLock Take(string databasePath)
    {
        var path = databasePath + ".lock";
        try
        {
            ThrowIfNoFile(path);
            var file = new FileStream(path, FileRights.Creating(FileMode.OpenOrCreate));
            file.SetLength(0);
            file.Write(System.Text.Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture)));
            return new OwnerLock(file);
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new InboxOpenException(
                File.Exists(path)
                    ? $"The inbox's lock file '{path}' is not writable: another user made it. {FileRights.Advice(path)}"
                    : $"The inbox's directory is not writable: '{path}' cannot be created. {FileRights.Advice(Path.GetDirectoryName(path)!)}",
                exception);
        }
        catch (IOException exception) when (exception.HResult is LinuxLocked or MacLocked or WindowsLocked)
        {
            throw new InboxOpenException(
                $"The inbox '{databasePath}' is in use by another receiver, whose process id is in '{path}'. One file has one " +
                "owner: stop that one, or give this one a file of its own in ThunderStack:Inbox:ConnectionString. Several " +
                "replicas need the PostgreSQL inbox.",
                exception)
            {
                IsInUse = true,
            };
        }
        catch (IOException exception)
        {
            throw new InboxOpenException($"The inbox's lock file '{path}' cannot be written: {exception.Message}", exception);
        }
    }

    public void Dispose() => _file.Dispose();

    // What is written here must not end up in somebody else's file.
    private static void ThrowIfNoFile(string path)
    {
        if (new FileInfo(path).LinkTarget is not null || FileStatus.Of(path) is { Links: > 0, IsRegular: false })
        {
            throw new InboxOpenException($"'{path}' is a link, a pipe or the like, and the inbox keeps its lock in a file of that name. Remove it.");
        }
    }
}
