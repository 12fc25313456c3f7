using System.Runtime.InteropServices;

namespace ThunderStack.Webhooks.Sqlite.Storage;

/// <summary>What Linux knows of a file; links are not followed.</summary>
internal readonly partial record struct FileStatus(ulong Inode, long Size, uint Links, bool IsRegular)
{
    // https://man7.org/linux/man-pages/man2/statx.2.html: unlike stat's, its layout is the same on every architecture.
    private const int CurrentDirectory = -100;
    private const int NoFollow = 0x100;
    private const uint BasicFields = 0x7FF;
    private const int TypeMask = 0xF000;
    private const int RegularFile = 0x8000;
    private const int NoSuchFile = 2;

    /// <summary>The status; all zero when there is no such file; <see langword="null"/> when the system does not tell.</summary>
    public static FileStatus? Of(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        try
        {
            return StatX(CurrentDirectory, path, NoFollow, BasicFields, out var buffer) == 0
                ? new FileStatus(buffer.Inode, (long)buffer.Size, buffer.Links, (buffer.Mode & TypeMask) == RegularFile)
                : Marshal.GetLastPInvokeError() == NoSuchFile ? default(FileStatus) : null;
        }
        catch (EntryPointNotFoundException)
        {
            return null;
        }
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int StatX(int directory, string path, int flags, uint mask, out Buffer buffer);

    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct Buffer
    {
        [FieldOffset(16)]
        public uint Links;

        [FieldOffset(28)]
        public ushort Mode;

        [FieldOffset(32)]
        public ulong Inode;

        [FieldOffset(40)]
        public ulong Size;
    }
}
