using System.Text.RegularExpressions;
using ThunderStack.Webhooks.Cli.Tests.Running;

namespace ThunderStack.Webhooks.Cli.Tests.Help;

/// <summary>Every command line that the documents show is one that the tool reads.</summary>
public sealed partial class DocumentedCommandTests
{
    [Fact]
    public async Task CommandLines_OfEveryPage_AreCommandsWithTheOptionsThatTheyHave()
    {
        var lines = Directory.GetFiles(BuiltTool.Repository, "*.md")
            .Concat(Directory.GetFiles(Path.Combine(BuiltTool.Repository, "docs"), "*.md"))
            .Append(Path.Combine(BuiltTool.Repository, "src/ThunderStack.Webhooks.Cli/README.md"))
            .SelectMany(page => CommandLines().Matches(File.ReadAllText(page)))
            .Select(match => match.Groups["arguments"].Value)
            .ToList();
        lines.Should().HaveCountGreaterThan(10);

        foreach (var command in lines.GroupBy(line => HelpTests.Commands.Select(row => row.Data).Append("").First(name => Begins(line, name))))
        {
            command.Key.Should().NotBeEmpty("the tool has each of:\n{0}", string.Join('\n', command));
            var help = (await ToolRun.ToolAsync([.. command.Key.Split(' '), "--help"])).ShouldEnd(Expected.Ok).Out;
            foreach (var option in command.SelectMany(line => Options().Matches(line)).Select(match => match.Groups["option"].Value))
            {
                help.Should().Contain($" {option} ", $"{command.Key} is shown with it");
            }
        }
    }

    private static bool Begins(string line, string command) => $"{line} ".StartsWith($"{command} ", StringComparison.Ordinal) || command.Length == 0;

    [GeneratedRegex("^thunderstack (?<arguments>[a-z].*)$", RegexOptions.Multiline)]
    private static partial Regex CommandLines();

    [GeneratedRegex("(?<= )(?<option>--[a-z-]+)")]
    private static partial Regex Options();
}
