using ThunderStack.Webhooks.EndToEnd.Documents;

namespace ThunderStack.Webhooks.EndToEnd.Packages;

/// <summary>
/// What a newcomer has after the commands and the C# of a page: the project of <c>dotnet new</c>, the page's packages, and its
/// snippets as they stand. Nothing is added, not even a <c>using</c>.
/// </summary>
internal sealed record ConsumerProject
{
    private static readonly string[] TypeKeywords = ["public ", "internal ", "namespace "];

    public required string Name { get; init; }

    public required string Template { get; init; }

    public required IReadOnlyList<string> Packages { get; init; }

    /// <summary>The snippet with top-level statements, if there is one.</summary>
    public string? Program { get; init; }

    /// <summary>The snippets that declare types.</summary>
    public required IReadOnlyList<string> Types { get; init; }

    /// <summary>
    /// A project for each different program, and one for types that no program comes with. Pages that say the same share one.
    /// </summary>
    public static IReadOnlyList<ConsumerProject> Of(IEnumerable<MarkdownPage> pages)
    {
        var projects = pages.Where(page => page.Snippets.Count > 0).SelectMany(ProjectsOf).ToList();
        projects.Should().OnlyContain(project => project.Packages.Count > 0, "a page with C# says which packages it needs");
        return
        [
            .. projects.GroupBy(project => (project.Program, project.Template, string.Join(' ', project.Packages))).Select((same, index) => same.First() with
            {
                Name = $"Consumer{index}",
                Types = [.. same.SelectMany(project => project.Types).Distinct()],
            }),
        ];
    }

    public async Task WriteAsync(string folder, string version)
    {
        Directory.CreateDirectory(folder);
        var sdk = Template == "web" ? "Microsoft.NET.Sdk.Web" : "Microsoft.NET.Sdk";
        await File.WriteAllTextAsync(Path.Combine(folder, $"{Name}.csproj"), $"""
            <Project Sdk="{sdk}">
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                <OutputType>{(Program is null ? "Library" : "Exe")}</OutputType>
                <Nullable>enable</Nullable>
                <ImplicitUsings>enable</ImplicitUsings>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
                <!-- A mirror without the list of vulnerabilities would be a warning. -->
                <NuGetAudit>false</NuGetAudit>
              </PropertyGroup>
              <ItemGroup>
                {string.Concat(Packages.Select(package => $"<PackageReference Include=\"{package}\" Version=\"{version}\" />"))}
              </ItemGroup>
            </Project>
            """);
        foreach (var (index, code) in Types.Index())
        {
            await File.WriteAllTextAsync(Path.Combine(folder, $"Types{index}.cs"), code);
        }

        if (Program is not null)
        {
            await File.WriteAllTextAsync(Path.Combine(folder, "Program.cs"), Program);
        }
    }

    private static IEnumerable<ConsumerProject> ProjectsOf(MarkdownPage page)
    {
        var snippets = page.Snippets.ToLookup(DeclaresTypes);
        var project = new ConsumerProject { Name = page.Name, Template = page.Template, Packages = page.Packages, Types = [.. snippets[true]] };
        return snippets[false].Any() ? snippets[false].Select(program => project with { Program = program }) : [project];
    }

    private static bool DeclaresTypes(string snippet)
    {
        var first = snippet.Split('\n').First(line => line.Length > 0 && !line.StartsWith("using ", StringComparison.Ordinal));
        return TypeKeywords.Any(keyword => first.StartsWith(keyword, StringComparison.Ordinal));
    }
}
