using System.Diagnostics;
using ThunderStack.Webhooks.Testing;

namespace ThunderStack.Webhooks.Sqlite.Tests;

/// <summary>A file system of a few megabytes, unmounted at the end.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly TemporaryDirectory _directory;

    private SmallDisk(TemporaryDirectory directory) => _directory = directory;

    public string Path => _directory.Path;

    /// <summary>Mounts one; <see langword="null"/> without the right to.</summary>
    public static SmallDisk? TryMount(int megabytes)
    {
        var directory = new TemporaryDirectory();
        if (OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess
            && Run("mount", "-t", "tmpfs", "-o", $"size={megabytes}m", "tmpfs", directory.Path))
        {
            return new SmallDisk(directory);
        }

        directory.Dispose();
        return null;
    }

    public void Dispose()
    {
        Run("umount", "--lazy", Path);
        _directory.Dispose();
    }

    private static bool Run(string command, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(command, arguments) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
