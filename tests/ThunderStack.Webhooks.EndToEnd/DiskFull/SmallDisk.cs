using System.ComponentModel;
using System.Diagnostics;
using ThunderStack.Webhooks.Testing;

namespace ThunderStack.Webhooks.EndToEnd.DiskFull;

/// <summary>A file system of a few megabytes in memory, part of it taken by a file that can be removed.</summary>
internal sealed class SmallDisk : IDisposable
{
    private const int Size = 6 * 1024 * 1024;
    private const int BallastSize = 3 * 1024 * 1024;

    private readonly TemporaryDirectory _mountPoint;

    private SmallDisk(TemporaryDirectory mountPoint) => _mountPoint = mountPoint;

    public string Path => _mountPoint.Path;

    private string Ballast => _mountPoint.File("ballast");

    /// <summary>Mounts one, or says why it cannot.</summary>
    public static bool TryMount(out SmallDisk? disk, out string problem)
    {
        disk = null;
        var mountPoint = new TemporaryDirectory();
        problem = OperatingSystem.IsLinux()
            ? Run("mount", "-t", "tmpfs", "-o", $"size={Size}", "thunderstack-test", mountPoint.Path)
            : "This is not Linux.";
        if (problem.Length > 0)
        {
            mountPoint.Dispose();
            problem = $"a small tmpfs could not be mounted; it needs Linux and root. {problem}";
            return false;
        }

        disk = new SmallDisk(mountPoint);
        File.WriteAllBytes(disk.Ballast, new byte[BallastSize]);
        return true;
    }

    /// <summary>Makes room, as an operator would.</summary>
    public void FreeSpace() => File.Delete(Ballast);

    public void Dispose()
    {
        Run("umount", "-l", Path);
        _mountPoint.Dispose();
    }

    /// <summary>Runs a program and returns what went wrong; nothing when it went well.</summary>
    private static string Run(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
            var error = process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? "" : $"{program} exited with {process.ExitCode}: {error.Trim()}";
        }
        catch (Win32Exception exception)
        {
            return exception.Message;
        }
    }
}
