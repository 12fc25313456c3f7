using ThunderStack.Webhooks.Cli.Tests.Running;
using ThunderStack.Webhooks.Testing;

namespace ThunderStack.Webhooks.Cli.Tests.Output;

/// <summary>The same mistake ends in the same exit code, and says what to write, whichever option it was made with.</summary>
public sealed class SameMistakeTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public Task FileThatDoesNotExist_IsNotFound() => ShouldAllEnd(
        Expected.NotFound,
        ["key", "show", "--key", "/nope"],
        ["key", "pin", "--key", "/nope"],
        ["send", "--to", "http://127.0.0.1:1/", "--key", "/nope"],
        ["verify", "--body", "/nope", "--signature", "AA=="],
        ["verify", "--body", Garbage("body"), "--signature", "AA==", "--key", "/nope"],
        ["inbox", "verify", "--archive", "/nope"],
        ["inbox", "list", "--inbox", "/nope"],
        ["inbox", "move", "--from", "/nope", "--to", "Host=db"],
        ["doctor", "--settings", "/nope"]);

    [Fact]
    public Task FolderForAFile_IsUsage() => ShouldAllEnd(
        Expected.Usage,
        ["key", "show", "--key", _directory.Path],
        ["send", "--to", "http://127.0.0.1:1/", "--key", _directory.Path],
        ["verify", "--body", _directory.Path, "--signature", "AA=="],
        ["inbox", "verify", "--archive", _directory.Path],
        ["doctor", "--settings", _directory.Path]);

    [Fact]
    public Task FileWithSomethingElse_IsUsage() => ShouldAllEnd(
        Expected.Usage,
        ["key", "show", "--key", Garbage("key")],
        ["send", "--to", "http://127.0.0.1:1/", "--key", Garbage("private")],
        ["inbox", "verify", "--archive", Garbage("archive")],
        ["doctor", "--settings", Garbage("settings")]);

    [Fact]
    public async Task AddressThatIsNone_IsUsage()
    {
        await ShouldAllEnd(
            Expected.Usage,
            ["nodes", "list", "--cloud", "ftp://x"],
            ["key", "show", "--cloud", "ftp://x"],
            ["send", "--emulator", "ftp://x"],
            ["send", "--to", "ftp://x", "--key", "/nope"],
            ["doctor", "--url", "ftp://x"],
            ["webhook", "set", "node-a", "ftp://x"]);
        (await ToolRun.ToolAsync(["nodes", "list"], new() { ["THUNDERSTACK_CLOUD"] = "ftp://x" })).ShouldEnd(Expected.Usage);
    }

    [Fact]
    public Task ConnectionStringOrSchemaThatIsNone_IsUsage() => ShouldAllEnd(
        Expected.Usage,
        ["inbox", "list", "--inbox", "Host=db;Nonsense=secret"],
        ["inbox", "list", "--inbox", "Host=db;Port=secret"],
        ["inbox", "verify", "--inbox", "Data Source=x;Nonsense=secret"],
        ["inbox", "list", "--inbox", "Host=db", "--schema", "No Schema"],
        ["inbox", "move", "--to", "Host=db", "--schema", "No Schema"]);

    [Fact]
    public async Task NumberThatIsNone_SaysWhichToWrite()
    {
        string[][] lines =
        [
            ["inbox", "list", "--limit", "abc"],
            ["inbox", "list", "--limit", "0"],
            ["inbox", "list", "--limit", "99999999999999"],
            ["send", "--count", "1.5"],
            ["send", "--rate", "fast"],
            ["send", "--rate", "NaN"],
            ["send", "--timeout", "1s"],
        ];
        foreach (var run in await ShouldAllEnd(Expected.Usage, lines))
        {
            run.Error.Should().MatchRegex("^--[a-z]+ is '.+': write a (whole )?number .*[0-9]").And.NotContain("System.");
        }
    }

    private string Garbage(string name)
    {
        var path = _directory.File(name);
        File.WriteAllText(path, "garbage");
        return path;
    }

    private static async Task<ToolRun[]> ShouldAllEnd(int exitCode, params string[][] lines)
    {
        var runs = await Task.WhenAll(lines.Select(line => ToolRun.ToolAsync(line)));
        foreach (var (run, line) in runs.Zip(lines))
        {
            run.ExitCode.Should().Be(exitCode, "of {0}, which wrote: {1}", string.Join(' ', line), run.Error);
            run.Error.Should().NotContain("secret");
        }

        return runs;
    }
}
