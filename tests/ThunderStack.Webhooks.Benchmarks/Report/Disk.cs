using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace ThunderStack.Webhooks.Benchmarks.Report;

/// <summary>What the disk under a folder does: a rate of durable events says little without it.</summary>
internal static partial class Disk
{
    private const int BlockSize = 4096;
    private const int Samples = 200;

    /// <summary>Makes a folder, and refuses one that is in memory, where a sync costs nothing.</summary>
    public static void RequireAt(string folder)
    {
        Directory.CreateDirectory(folder);
        if (new DriveInfo(folder).DriveFormat is "tmpfs" or "ramfs")
            throw new InvalidOperationException($"{folder} is in memory, where a sync costs nothing. Name a folder on a disk with --data.");
    }

    /// <summary>The median time of a write of 4 KiB at the end of a file and an fdatasync.</summary>
    public static TimeSpan MeasureSync(string folder)
    {
        var path = Path.Combine(folder, "sync-probe");
        using var file = File.OpenHandle(path, FileMode.Create, FileAccess.Write, FileShare.None, FileOptions.DeleteOnClose);
        var block = new byte[BlockSize];
        var times = new TimeSpan[Samples];
        for (var sample = 0; sample < Samples; sample++)
        {
            var started = Stopwatch.GetTimestamp();
            RandomAccess.Write(file, block, (long)sample * BlockSize);
            if (FDataSync(file) != 0)
                throw new Win32Exception(Marshal.GetLastPInvokeError());
            times[sample] = Stopwatch.GetElapsedTime(started);
        }

        return times.Order().ElementAt(Samples / 2);
    }

    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    private static partial int FDataSync(SafeHandle file);
}
