using System.Buffers.Binary;
using System.Diagnostics;

namespace ThunderStack.Webhooks.Testing.Clocks;

/// <summary>The clocks of other processes, which a test sets; see <c>clock.c</c>.</summary>
public sealed class FakeClock : IDisposable
{
    private static readonly string? Compiler = OperatingSystem.IsLinux() ? Find("cc") ?? Find("gcc") ?? Find("clang") : null;

    // Servers run as other users, who have to be able to read it.
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("thunderstack-clock-");
    private readonly FileStream _offsets;

    public FakeClock()
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(_folder.FullName, (UnixFileMode)Convert.ToInt32("755", 8));
        }

        _offsets = new FileStream(
            Path.Combine(_folder.FullName, "offsets"), FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0);
        Set(TimeSpan.Zero, TimeSpan.Zero);
        Compile(Library);
    }

    /// <summary>What a test skips with when this machine cannot have such clocks.</summary>
    public static string? Missing => Compiler is null ? "A clock that is set needs Linux and a C compiler: apt-get install gcc libc6-dev." : null;

    /// <summary>The variables that give a process this clock.</summary>
    public IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string>
    {
        ["LD_PRELOAD"] = Library,
        ["TEST_CLOCK_OFFSETS"] = _offsets.Name,
    };

    private string Library => Path.Combine(_folder.FullName, "clock.so");

    /// <summary>Sets the time of day, as an administrator or a time server does.</summary>
    public void Step(TimeSpan ahead) => Set(ahead, TimeSpan.Zero);

    /// <summary>Leaves out the time that the process was stopped, from both clocks, as when its machine was suspended.</summary>
    public void Suspend(TimeSpan inAll) => Set(-inAll, -inAll);

    public void Dispose()
    {
        _offsets.Dispose();
        _folder.Delete(recursive: true);
    }

    private void Set(TimeSpan timeOfDay, TimeSpan sinceStart)
    {
        Span<byte> offsets = stackalloc byte[2 * sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(offsets, timeOfDay.Ticks * 100);
        BinaryPrimitives.WriteInt64LittleEndian(offsets[sizeof(long)..], sinceStart.Ticks * 100);
        _offsets.Position = 0;
        _offsets.Write(offsets);
    }

    private static void Compile(string library)
    {
        var source = Path.Combine(AppContext.BaseDirectory, "Clocks", "clock.c");
        var start = new ProcessStartInfo(Compiler!, ["-shared", "-fPIC", "-O2", "-o", library, source, "-ldl"]) { RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"clock.c does not compile: {errors}");
        }
    }

    private static string? Find(string program) => (System.Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Select(folder => Path.Combine(folder, program))
        .FirstOrDefault(File.Exists);
}
