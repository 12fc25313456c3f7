using System.CommandLine;
using System.Text.RegularExpressions;
using ThunderStack.Webhooks.Cli.Tests.Running;

namespace ThunderStack.Webhooks.Cli.Tests.Help;

public sealed partial class HelpTests
{
    public static TheoryData<string> Commands => new(
        "nodes list",
        "nodes show",
        "nodes create",
        "nodes start",
        "nodes stop",
        "nodes restart",
        "nodes unlock",
        "nodes logs",
        "nodes destroy",
        "webhook set",
        "webhook show",
        "webhook clear",
        "status",
        "conditions",
        "watch",
        "handlers list",
        "handlers pause",
        "handlers resume",
        "doctor",
        "verify",
        "send",
        "notify test",
        "key show",
        "key pin",
        "inbox list",
        "inbox show",
        "inbox replay",
        "inbox discard",
        "inbox verify",
        "inbox export",
        "inbox move");

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Help_OfEveryCommand_ReadsLikeTheOthers(string command)
    {
        var run = await ToolRun.ToolAsync([.. command.Split(' '), "--help"]);

        run.ShouldEnd(Expected.Ok).Error.Should().BeEmpty();
        run.Out.Should().StartWith("Description:\n  ").And.Contain($"Usage:\n  {RootCommand.ExecutableName} {command} ").And.Contain($"Examples:\n  thunderstack {command}");
        Options().Matches(run.Out).Should().NotBeEmpty().And.OnlyContain(
            option => Sentence().IsMatch(option.Groups["text"].Value), "every option is described by sentences");
        run.Out.Should().Contain("--output <text|json>");
    }

    [Fact]
    public async Task Help_OfTheTool_ListsEveryCommand_AndEveryCommandIsTestedHere()
    {
        var groups = new List<string>();
        foreach (var line in CommandLines((await ToolRun.ToolAsync("--help")).ShouldEnd(Expected.Ok).Out))
        {
            var below = CommandLines((await ToolRun.ToolAsync(line, "--help")).Out).ToList();
            groups.AddRange(below.Count == 0 ? [line] : below.Select(command => $"{line} {command}"));
        }

        groups.Should().BeEquivalentTo(Commands.Select(row => row.Data));
    }

    [Fact]
    public async Task CommandLinePage_HasTheSameExitCodesAndCommands()
    {
        var page = await File.ReadAllTextAsync(Path.Combine(BuiltTool.Repository, "docs/command-line.md"), TestContext.Current.CancellationToken);
        var help = (await ToolRun.ToolAsync("--help")).Out;

        foreach (Match row in ExitCodes().Matches(help[help.IndexOf("Exit codes:", StringComparison.Ordinal)..]))
        {
            page.Should().Contain($"| {row.Groups["code"].Value} | {row.Groups["meaning"].Value} |");
        }

        foreach (var command in Commands.Select(row => row.Data))
        {
            page.Should().Contain($"`{command}");
        }
    }

    [Fact]
    public async Task Version_IsAVersion() =>
        (await ToolRun.ToolAsync("--version")).ShouldEnd(Expected.Ok).Out.Should().MatchRegex("^[0-9]+\\.[0-9]+\\.[0-9]+");

    [Theory]
    [InlineData("nonsense")]
    [InlineData("nodes")]
    [InlineData("nodes show")]
    [InlineData("inbox list --limit many")]
    [InlineData("verify --output xml")]
    public async Task CommandLine_ThatCannotBeRead_IsUsageAndNamesTheHelp(string line)
    {
        var run = await ToolRun.ToolAsync(line.Split(' '));

        run.ShouldEnd(Expected.Usage).Error.Should().Contain("--help'");
        run.Out.Should().BeEmpty();
    }

    private static IEnumerable<string> CommandLines(string help) => help.IndexOf("Commands:\n", StringComparison.Ordinal) is var at and >= 0
        ? help[at..].Split("\n\n")[0].Split('\n')[1..].Select(line => line.Trim().Split(' ')[0])
        : [];

    [GeneratedRegex("^  (?:-[^ ]+, )*--[^ ]+ (?:<[^>]+> )?(?:\\(REQUIRED\\))? +(?<text>.*)$", RegexOptions.Multiline)]
    private static partial Regex Options();

    [GeneratedRegex("^[A-Z].*\\.( \\[default: .*\\])?$")]
    private static partial Regex Sentence();

    [GeneratedRegex("^  (?<code>[0-9]+) +(?<meaning>.+)$", RegexOptions.Multiline)]
    private static partial Regex ExitCodes();
}
