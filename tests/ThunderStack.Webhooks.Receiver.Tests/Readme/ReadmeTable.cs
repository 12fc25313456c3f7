using System.Text.RegularExpressions;

namespace ThunderStack.Webhooks.Receiver.Tests.Readme;

/// <summary>The first table of a chapter of the documents, a row an array of cells.</summary>
internal static partial class ReadmeTable
{
    public static IReadOnlyList<string[]> Read(string chapter)
    {
        var lines = Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Readme"), "*.md").SelectMany(File.ReadAllLines);
        var rows = lines.SkipWhile(line => line != $"## {chapter}").SkipWhile(line => !line.StartsWith('|')).TakeWhile(line => line.StartsWith('|'));

        // Without the heading and the line below it.
        return [.. rows.Skip(2).Select(row => row[1..^1].Split('|').Select(cell => cell.Trim()).ToArray())];
    }

    /// <summary>What stands between backticks.</summary>
    public static IReadOnlyList<string> Code(string cell) => [.. InBackticks().Matches(cell).Select(match => match.Groups[1].Value)];

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex InBackticks();
}
