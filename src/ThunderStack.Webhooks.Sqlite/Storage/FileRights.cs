using System.Runtime.InteropServices;

namespace ThunderStack.Webhooks.Sqlite.Storage;

/// <summary>Who may read the inbox's files, and what to do when this process may not write them.</summary>
internal static partial class FileRights
{
    // Bodies and signatures are nobody's business but the owner's and, for backups, the group's.
    private const UnixFileMode Most = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;

    /// <summary>How to create such a file: for its owner to write and its group to read at most, whatever the umask.</summary>
    public static FileStreamOptions Creating(FileMode mode)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = FileShare.None, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = Most;
        }

        return options;
    }

    /// <summary>Takes away what others may do with a file of an earlier version. Not the owner: not this one's business.</summary>
    public static void Tighten(string path)
    {
        if (OperatingSystem.IsWindows() || !File.Exists(path))
        {
            return;
        }

        try
        {
            var mode = File.GetUnixFileMode(path);
            if ((mode & ~Most) != 0)
            {
                File.SetUnixFileMode(path, mode & Most);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Whoever owns the file decides.
        }
    }

    /// <summary>What gives this process the right to write a path.</summary>
    public static string Advice(string path) => OperatingSystem.IsWindows()
        ? $"Give {Environment.UserName} the right to write '{path}'."
        : $"This process runs as uid {UserId()}: chown {UserId()} '{path}'.";

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint UserId();
}
