using ThunderStack.Webhooks.EndToEnd.Processes;

namespace ThunderStack.Webhooks.EndToEnd.Packages;

/// <summary>The libraries, packed into a folder as they would be published.</summary>
internal sealed class PackageFeed
{
    private static readonly string[] Libraries =
    [
        "ThunderStack.Cloud", "ThunderStack.Webhooks", "ThunderStack.Webhooks.AspNetCore", "ThunderStack.Webhooks.Dashboard", "ThunderStack.Webhooks.Management", "ThunderStack.Webhooks.NodeWatch", "ThunderStack.Webhooks.Notify", "ThunderStack.Webhooks.PostgreSql", "ThunderStack.Webhooks.RabbitMq", "ThunderStack.Webhooks.Sqlite",
    ];

    // What those need who write a store.
    private const string Suite = "ThunderStack.Webhooks.Testing.Inbox";

    private PackageFeed(string path, string version) => (Path, Version) = (path, version);

    public string Path { get; }

    /// <summary>A version that no other feed has, nor any folder of packages on this machine.</summary>
    public string Version { get; }

    /// <summary>Packs what was built with these tests; nothing is built again.</summary>
    public static async Task<PackageFeed> PackAsync(string path)
    {
        var feed = new PackageFeed(path, $"0.0.0-test.{Guid.NewGuid():N}");
        Directory.CreateDirectory(path);
        var solution = System.IO.Path.Combine(path, "Libraries.slnx");
        await File.WriteAllTextAsync(solution, $"""
            <Solution>
              {string.Concat(Libraries.Select(library => $"<Project Path=\"{System.IO.Path.Combine(BuiltProgram.Projects, library, $"{library}.csproj")}\" />"))}
              <Project Path="{System.IO.Path.Combine(BuiltProgram.Repository, "tests", Suite, $"{Suite}.csproj")}" />
            </Solution>
            """);
        await DotnetCommand.RunAsync(
            path,
            "pack",
            [
                solution, "--no-build", "--no-restore", "--configuration", BuiltProgram.Configuration, "--output", path,
                $"-p:PackageVersion={feed.Version}",
            ]);
        return feed;
    }
}
