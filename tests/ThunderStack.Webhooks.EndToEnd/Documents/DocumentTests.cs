using System.Text.RegularExpressions;
using ThunderStack.Webhooks.EndToEnd.Processes;

namespace ThunderStack.Webhooks.EndToEnd.Documents;

public sealed partial class DocumentTests
{
    private static readonly IReadOnlyList<MarkdownPage> All = MarkdownPage.All();

    public static TheoryData<string> Pages => [.. All.Select(page => page.Name)];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_link_to_a_file_or_a_heading_leads_there(string name)
    {
        var page = All.Single(page => page.Name == name);

        foreach (var link in page.RelativeLinks())
        {
            var (file, anchor) = link.Split('#') is [var path, var heading] ? (path, heading) : (link, null);
            var target = file.Length == 0 ? page.Name : Path.GetRelativePath(BuiltProgram.Repository, Path.Combine(page.Folder, file));
            Path.Exists(Path.Combine(BuiltProgram.Repository, target)).Should().BeTrue($"{name} links to {link}");
            if (anchor is not null)
            {
                All.Single(other => other.Name == target).Anchors().Should().Contain(anchor, $"{name} links to {link}");
            }
        }
    }

    [Fact]
    public void A_packages_readme_stands_alone()
    {
        var readmes = All.Where(page => page.Name.StartsWith("src/", StringComparison.Ordinal)).ToList();

        readmes.Should().NotBeEmpty();
        readmes.SelectMany(page => page.RelativeLinks()).Should().BeEmpty("a package's page has no files beside it");
    }

    [Fact]
    public void The_readme_names_every_page()
    {
        var named = All.Single(page => page.Name == "README.md").RelativeLinks().ToList();

        named.Should().Contain(All.Select(page => page.Name).Where(name => name != "README.md" && !name.StartsWith("src/", StringComparison.Ordinal)));
    }

    [Fact]
    public void Every_variable_that_a_test_reads_is_explained()
    {
        var tests = Path.Combine(BuiltProgram.Repository, "tests");
        var variables = Directory.GetDirectories(tests)
            .SelectMany(project => Directory.EnumerateFiles(project, "*.cs", SearchOption.AllDirectories))
            .SelectMany(file => Variable().Matches(File.ReadAllText(file)))
            .Select(match => match.Groups["name"].Value).Distinct().ToList();

        var explained = string.Concat(All.Select(page => page.Text));
        variables.Should().Contain("THUNDERSTACK_CRASHES").And.OnlyContain(name => explained.Contains($"`{name}", StringComparison.Ordinal));
    }

    [GeneratedRegex("\"(?<name>(THUNDERSTACK|WEBHOOK)_[A-Z_]+)\"")]
    private static partial Regex Variable();
}
