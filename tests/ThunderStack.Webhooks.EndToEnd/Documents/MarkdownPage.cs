using System.Text.RegularExpressions;
using ThunderStack.Webhooks.EndToEnd.Processes;

namespace ThunderStack.Webhooks.EndToEnd.Documents;

/// <summary>A page for users: one beside the README, the README of a package, or one of <c>docs/</c>.</summary>
internal sealed partial class MarkdownPage
{
    private MarkdownPage(string path)
    {
        var text = File.ReadAllText(path);
        Folder = Path.GetDirectoryName(path)!;
        Text = text;
        Name = Path.GetRelativePath(BuiltProgram.Repository, path);
        Snippets = [.. CSharp().Matches(text).Select(match => match.Groups["code"].Value)];
        Template = Template_().Match(text) is { Success: true } template ? template.Groups["name"].Value : "web";
        Packages = [.. Package().Matches(text).Select(match => match.Groups["name"].Value).Order().Distinct()];
    }

    public string Folder { get; }

    public string Text { get; }

    /// <summary>The path below the repository.</summary>
    public string Name { get; }

    /// <summary>Every block of C#, to the letter.</summary>
    public IReadOnlyList<string> Snippets { get; }

    /// <summary>What the page gives to <c>dotnet new</c>.</summary>
    public string Template { get; }

    /// <summary>What the page gives to <c>dotnet add package</c>.</summary>
    public IReadOnlyList<string> Packages { get; }

    public static IReadOnlyList<MarkdownPage> All()
    {
        string[] folders = [BuiltProgram.Repository, .. Directory.GetDirectories(BuiltProgram.Projects), Path.Combine(BuiltProgram.Repository, "docs")];
        return [.. folders.Where(Directory.Exists).SelectMany(folder => Directory.GetFiles(folder, "*.md")).Order().Select(path => new MarkdownPage(path))];
    }

    /// <summary>What a link to a heading of this page may have after its <c>#</c>, as the common hosts derive it.</summary>
    public IEnumerable<string> Anchors() => Heading().Matches(Fence().Replace(Text, ""))
        .Select(heading => NoAnchor().Replace(heading.Groups["text"].Value.ToLowerInvariant(), "").Replace(' ', '-'));

    /// <summary>The targets of every link that is not an address.</summary>
    public IEnumerable<string> RelativeLinks() => Link().Matches(Fence().Replace(Text, "")).Select(link => link.Groups["target"].Value)
        .Where(target => !target.Contains("://", StringComparison.Ordinal));

    [GeneratedRegex("^#+ (?<text>.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex("[^a-z0-9 _-]")]
    private static partial Regex NoAnchor();

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex("^```.*?^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();

    [GeneratedRegex("^```csharp\n(?<code>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex CSharp();

    [GeneratedRegex("^dotnet new (?<name>web|console|classlib) ", RegexOptions.Multiline)]
    private static partial Regex Template_();

    [GeneratedRegex("^dotnet add package (?<name>[A-Za-z.]+)$", RegexOptions.Multiline)]
    private static partial Regex Package();
}
