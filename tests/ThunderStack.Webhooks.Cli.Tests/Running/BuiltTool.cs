using System.Reflection;

namespace ThunderStack.Webhooks.Cli.Tests.Running;

/// <summary>Where the tool is that was built with these tests.</summary>
internal static class BuiltTool
{
    public static string Project => Metadata("ToolProject");

    public static string Configuration => Metadata("Configuration");

    public static string Repository => Metadata("Repository");

    public static string Path => System.IO.Path.Combine(Project, Metadata("ToolOutput"));

    private static string Metadata(string key) =>
        typeof(BuiltTool).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == key).Value!;
}
