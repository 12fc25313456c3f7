using ThunderStack.Webhooks.EndToEnd.Documents;
using ThunderStack.Webhooks.EndToEnd.Processes;

namespace ThunderStack.Webhooks.EndToEnd.Packages;

/// <summary>The projects that newcomers have after reading, in one folder that knows nothing of this repository but the packages.</summary>
internal sealed class ConsumerSolution
{
    private readonly string _folder;
    private readonly IReadOnlyList<ConsumerProject> _projects;

    private ConsumerSolution(string folder, IReadOnlyList<ConsumerProject> projects) => (_folder, _projects) = (folder, projects);

    public static async Task<ConsumerSolution> CreateAsync(string folder, PackageFeed feed, IReadOnlyList<ConsumerProject> projects)
    {
        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(Path.Combine(folder, "Consumers.slnx"), $"""
            <Solution>
              {string.Concat(projects.Select(project => $"<Project Path=\"{project.Name}/{project.Name}.csproj\" />"))}
            </Solution>
            """);

        // Beside this machine's sources. What the build has restored is read where it is, so that nothing is fetched twice.
        await File.WriteAllTextAsync(Path.Combine(folder, "nuget.config"), $"""
            <configuration>
              <packageSources>
                <add key="packed" value="{feed.Path}" />
              </packageSources>
              <fallbackPackageFolders>
                <add key="restored" value="{BuiltProgram.PackageFolder}" />
              </fallbackPackageFolders>
            </configuration>
            """);
        foreach (var project in projects)
        {
            await project.WriteAsync(Path.Combine(folder, project.Name), feed.Version);
        }

        return new ConsumerSolution(folder, projects);
    }

    /// <summary>Restores into a folder of its own, builds everything, and returns what the build wrote.</summary>
    public Task<string> BuildAsync() => DotnetCommand.RunAsync(
        _folder, "build", ["--configuration", "Release"], new KeyValuePair<string, string>("NUGET_PACKAGES", Path.Combine(_folder, "packages")));

    /// <summary>The program that a page of this name begins with.</summary>
    public string ProgramOf(MarkdownPage page)
    {
        var project = _projects.First(project => project.Program is not null && page.Snippets.Contains(project.Program));
        return Path.Combine(_folder, project.Name, "bin", "Release", "net10.0", $"{project.Name}.dll");
    }
}
