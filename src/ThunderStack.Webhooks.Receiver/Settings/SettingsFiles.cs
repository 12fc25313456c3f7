namespace ThunderStack.Webhooks.Receiver.Settings;

/// <summary>
/// JSON files: <c>appsettings.json</c> beside the program, with what it ships with, and every <c>*.json</c> in the folder that is the
/// operator's, <c>/config</c>. None of them replaces another: each adds to those before it.
/// </summary>
internal static class SettingsFiles
{
    public const string DirectoryKey = "SettingsDirectory";
    private const string DefaultDirectory = "/config";

    public static PolledFiles Create(IHostEnvironment environment, string? directory)
    {
        var folder = Path.GetFullPath(directory ?? DefaultDirectory);
        string[] shipped =
        [
            Path.Combine(environment.ContentRootPath, "appsettings.json"),
            Path.Combine(environment.ContentRootPath, $"appsettings.{environment.EnvironmentName}.json"),
        ];
        return new PolledFiles(
            () => shipped.Where(File.Exists).Concat(Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*.json").Order(StringComparer.Ordinal) : []),
            (_, content) => JsonSettings.Read(content));
    }

    /// <summary>The framework's own reader, with its answer.</summary>
    private sealed class JsonSettings() : Microsoft.Extensions.Configuration.Json.JsonStreamConfigurationProvider(new())
    {
        public static IDictionary<string, string?> Read(byte[] content)
        {
            var reader = new JsonSettings();
            reader.Load(new MemoryStream(content));
            return reader.Data;
        }
    }
}
