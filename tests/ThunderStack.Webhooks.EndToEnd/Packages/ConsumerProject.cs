using System.Text.RegularExpressions;
using ThunderStack.Webhooks.EndToEnd.Processes;

namespace ThunderStack.Webhooks.EndToEnd.Packages;

/// <summary>
/// The README's receiver of one's own, in a project that knows nothing of this repository but the packages: the ten lines and the
/// handler are read from the README, and all that is added is what the README leaves to its reader, a pager.
/// </summary>
internal sealed partial class ConsumerProject
{
    private const string Name = "Consumer";
    private const string FirstLine = "var builder = WebApplication.CreateBuilder(args);";

    private readonly string _folder;

    private ConsumerProject(string folder) => _folder = folder;

    /// <summary>The program that <see cref="BuildAsync"/> makes.</summary>
    public string Program => Path.Combine(_folder, "bin", "Release", "net10.0", $"{Name}.dll");

    /// <summary>What the program writes when its handler was called for a node that failed.</summary>
    public static string Page(string nodeId) => $"PAGE: {nodeId} failed";

    public static async Task<ConsumerProject> CreateAsync(string folder, PackageFeed feed)
    {
        Directory.CreateDirectory(folder);
        await WriteAsync($"{Name}.csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk.Web">
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                <Nullable>enable</Nullable>
                <ImplicitUsings>enable</ImplicitUsings>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
                <!-- A mirror without the list of vulnerabilities would be a warning. -->
                <NuGetAudit>false</NuGetAudit>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="ThunderStack.Webhooks.AspNetCore" Version="{feed.Version}" />
                <PackageReference Include="ThunderStack.Webhooks.Sqlite" Version="{feed.Version}" />
              </ItemGroup>
            </Project>
            """);

        // Beside this machine's sources. What the build has restored is read where it is, so that nothing is fetched twice.
        await WriteAsync("nuget.config", $"""
            <configuration>
              <packageSources>
                <add key="packed" value="{feed.Path}" />
              </packageSources>
              <fallbackPackageFolders>
                <add key="restored" value="{BuiltProgram.PackageFolder}" />
              </fallbackPackageFolders>
            </configuration>
            """);
        await WriteAsync("Program.cs", $$"""
            using ThunderStack.Webhooks.Dispatch;
            using ThunderStack.Webhooks.Events;

            {{await SnippetAsync(FirstLine)}}

            {{await SnippetAsync("public sealed class PageOnFailure")}}

            public interface IPager
            {
                Task PageAsync(string message, CancellationToken cancellationToken);
            }

            public sealed class ConsolePager : IPager
            {
                public Task PageAsync(string message, CancellationToken cancellationToken) => Console.Out.WriteLineAsync($"PAGE: {message}");
            }
            """.Replace(FirstLine, $"{FirstLine}\nbuilder.Services.AddSingleton<IPager, ConsolePager>();", StringComparison.Ordinal));
        return new ConsumerProject(folder);

        Task WriteAsync(string file, string text) => File.WriteAllTextAsync(Path.Combine(folder, file), text, TestContext.Current.CancellationToken);
    }

    /// <summary>Restores into a folder of its own, builds, and returns what the build wrote.</summary>
    public Task<string> BuildAsync() => DotnetCommand.RunAsync(
        _folder, "build", ["--configuration", "Release"], new KeyValuePair<string, string>("NUGET_PACKAGES", Path.Combine(_folder, "packages")));

    private static async Task<string> SnippetAsync(string start)
    {
        var readme = await File.ReadAllTextAsync(Path.Combine(BuiltProgram.Projects, "..", "README.md"), TestContext.Current.CancellationToken);
        return Snippets().Matches(readme).Select(match => match.Groups[1].Value.Trim()).Single(code => code.StartsWith(start, StringComparison.Ordinal));
    }

    [GeneratedRegex(@"```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Snippets();
}
