using System.Text.RegularExpressions;

namespace ThunderStack.Webhooks.AspNetCore.Tests.Readme;

/// <summary>The C# of the README, and of each package's, is the code beside this file, which the compiler has seen.</summary>
public sealed partial class ReadmeTests
{
    [Fact]
    public void Every_snippet_of_the_readme_compiles()
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "Readme");
        var readmes = Directory.EnumerateFiles(folder, "README.md", SearchOption.AllDirectories).Select(File.ReadAllText).ToList();
        var compiled = Directory.EnumerateFiles(folder, "*.cs")
            .SelectMany(file => Compiled().Matches(File.ReadAllText(file)))
            .Select(match => Unindent(match.Groups[1].Value))
            .ToList();

        var snippets = readmes.SelectMany(readme => Snippet().Matches(readme)).Select(match => Unindent(match.Groups[1].Value)).ToList();

        readmes.Should().HaveCountGreaterThan(1);
        snippets.Should().HaveCountGreaterThan(readmes.Count / 2).And.BeSubsetOf(compiled);
    }

    private static string Unindent(string code)
    {
        var lines = code.Trim('\n').Split('\n').Select(line => line.TrimEnd()).ToList();
        var indent = lines.Where(line => line.Length > 0).Min(line => line.Length - line.TrimStart().Length);
        return string.Join('\n', lines.Select(line => line.Length > indent ? line[indent..] : "")).Trim();
    }

    [GeneratedRegex(@"// README: begin\n(.*?)\n\s*// README: end", RegexOptions.Singleline)]
    private static partial Regex Compiled();

    [GeneratedRegex(@"```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Snippet();
}
