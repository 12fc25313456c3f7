using System.Diagnostics;

namespace ThunderStack.Webhooks.EndToEnd.PowerCut;

/// <summary>The library that plays a disk which forgets what was not synced; see <c>powercut.c</c>.</summary>
internal static class PowerCutShim
{
    private static readonly string[] Compilers = ["cc", "gcc", "clang"];

    /// <summary>Compiles the library, or returns <see langword="null"/> where there is no C compiler or no Linux.</summary>
    public static async Task<string?> CompileAsync(string folder)
    {
        var compiler = OperatingSystem.IsLinux() ? Compilers.Select(Find).FirstOrDefault(path => path is not null) : null;
        if (compiler is null)
        {
            return null;
        }

        var source = Path.Combine(AppContext.BaseDirectory, "PowerCut", "powercut.c");
        var library = Path.Combine(folder, "powercut.so");
        var start = new ProcessStartInfo(compiler, ["-shared", "-fPIC", "-O2", "-pthread", "-o", library, source, "-ldl"])
        {
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var errors = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        process.ExitCode.Should().Be(0, "powercut.c compiles: {0}", errors);
        return library;
    }

    private static string? Find(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Select(folder => Path.Combine(folder, program))
        .FirstOrDefault(File.Exists);
}
