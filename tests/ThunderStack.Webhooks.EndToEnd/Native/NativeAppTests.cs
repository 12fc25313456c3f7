using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;
using ThunderStack.Webhooks.Testing;
using ThunderStack.Webhooks.Testing.PostgreSql;

namespace ThunderStack.Webhooks.EndToEnd.Native;

/// <summary>The libraries that promise to be AOT-clean, in a program that was compiled ahead of time.</summary>
public sealed class NativeAppTests
{
    private static readonly string[] Linkers = ["/usr/bin/clang", "/usr/bin/gcc"];

    [Fact]
    public async Task Both_inboxes_append_claim_and_settle_in_a_native_program()
    {
        Campaign.Require(PostgreSqlCluster.Missing is null, PostgreSqlCluster.Missing ?? "");
        Campaign.Require(Linkers.Any(File.Exists), "Neither clang nor gcc is on this machine to link with: apt-get install gcc.");
        using var folder = new TemporaryDirectory();
        await using var database = await PostgreSqlCluster.StartAsync();
        var started = TimeProvider.System.GetTimestamp();

        // Everything below a folder of its own: other tests build and pack the same projects meanwhile. A warning of the trimmer or
        // the compiler is an error; what the analyzers say of the sources, every build says.
        await RunAsync(
            "dotnet",
            "publish", Project, "--configuration", "Release", "--runtime", RuntimeInformation.RuntimeIdentifier,
            "--artifacts-path", folder.File("artifacts"), "--output", folder.File("app"), "-p:RunAnalyzers=false",
            "-nologo", "-v", "q", "-nodeReuse:false");
        Campaign.Tell($"Published in {TimeProvider.System.GetElapsedTime(started).TotalSeconds:0} s.");
        var output = await RunAsync(
            folder.File("app/ThunderStack.Webhooks.NativeApp"), database.ConnectionString, folder.File("inbox.db"));

        output.Should().Contain("PostgreSQL: appended, claimed, settled");
        output.Should().Contain("SQLite: appended, claimed, settled");
        output.Should().Contain("Cloud: ");
    }

    private static string Project => Path.Combine(
        typeof(NativeAppTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == "Programs").Value!,
        "../tests/ThunderStack.Webhooks.NativeApp");

    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var streams = await Task.WhenAll(
            process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken),
            process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        var output = string.Concat(streams);
        process.ExitCode.Should().Be(0, "{0} wrote:\n{1}", program, output);
        return output;
    }
}
