using System.Text.RegularExpressions;
using ThunderStack.Webhooks.Cli.Tests.Running;

namespace ThunderStack.Webhooks.Cli.Tests.Readme;

/// <summary>The commands of the chapter "From a new node to a repaired URL" of <c>docs/emulator.md</c>, with the addresses of a test's own servers.</summary>
internal sealed partial class ReadmeWalk
{
    private const string Chapter = "## From a new node to a repaired URL\n";

    private readonly Dictionary<string, string> _replacements = [];
    private readonly List<string> _lines;
    private readonly string _directory;

    public ReadmeWalk(string directory)
    {
        _directory = directory;
        var page = File.ReadAllText(Path.Combine(BuiltTool.Repository, "docs/emulator.md"));
        var chapter = page[(page.IndexOf(Chapter, StringComparison.Ordinal) + Chapter.Length)..].Split("\n## ")[0];
        _lines = [.. Blocks().Matches(chapter).SelectMany(block => block.Groups["lines"].Value.Split('\n'))];
    }

    /// <summary>Puts what the test has in the place of what the page says.</summary>
    public void Replace(string text, string with) => _replacements[text] = with;

    /// <summary>Runs the chapter's only, or its n-th, command line that begins so.</summary>
    public Task<ToolRun> RunAsync(string start, int which = 0) =>
        RunLineAsync(_lines.Where(line => line.StartsWith($"thunderstack {start}", StringComparison.Ordinal)).ElementAt(which));

    /// <summary>Runs a command line as a shell would that has the chapter's variables.</summary>
    public Task<ToolRun> RunLineAsync(string line)
    {
        var words = Replaced(line).Split(' ');
        words[0].Should().Be("thunderstack");
        var environment = _lines.Where(exported => exported.StartsWith("export ", StringComparison.Ordinal))
            .SelectMany(exported => Assignments().Matches(exported))
            .DistinctBy(assignment => assignment.Groups["name"].Value)
            .ToDictionary(assignment => assignment.Groups["name"].Value, assignment => Replaced(assignment.Groups["value"].Value));
        return ToolRun.ProcessAsync(words[1..], environment, workingDirectory: _directory);
    }

    [GeneratedRegex("^```\n(?<lines>.*?)\n```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Blocks();

    [GeneratedRegex("(?<name>[A-Za-z0-9_]+)=(?<value>[^ ]+)")]
    private static partial Regex Assignments();

    private string Replaced(string text) =>
        _replacements.Aggregate(text, (replaced, pair) => replaced.Replace(pair.Key, pair.Value, StringComparison.Ordinal));
}
