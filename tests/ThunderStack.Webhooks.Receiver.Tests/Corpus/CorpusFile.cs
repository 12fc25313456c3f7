using System.Text.Json;

namespace ThunderStack.Webhooks.Receiver.Tests.Corpus;

/// <summary>A file of attacks in the folder that the environment variable <c>WEBHOOK_CORPUS</c> names.</summary>
internal static class CorpusFile
{
    public static IReadOnlyList<JsonElement> Read(string name)
    {
        var folder = Environment.GetEnvironmentVariable("WEBHOOK_CORPUS");
        Assert.SkipUnless(Directory.Exists(folder), "WEBHOOK_CORPUS does not name the folder with the corpus.");
        return [.. File.ReadLines(Path.Combine(folder!, name)).Where(line => line.Length > 0).Select(line => JsonDocument.Parse(line).RootElement)];
    }
}
