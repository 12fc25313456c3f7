using System.Runtime.CompilerServices;
using System.Text.Json;
using ThunderStack.Webhooks.Cli.Sources;
using ThunderStack.Webhooks.Management.Events;

namespace ThunderStack.Webhooks.Cli.Inbox;

/// <summary>Reads an export line by line: its keys as they come, before the events that need them.</summary>
internal static class ArchiveReader
{
    public static async IAsyncEnumerable<Evidence> ReadAllAsync(string path, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(NamedFile.Open(path, "an export"));
        for (var number = 1; await reader.ReadLineAsync(cancellationToken) is { } text; number++)
        {
            yield return Read(text, number, path);
        }
    }

    /// <summary>Reads a line.</summary>
    /// <exception cref="FormatException">It is none of an export.</exception>
    public static Evidence Parse(string text)
    {
        try
        {
            var line = JsonSerializer.Deserialize<ArchiveLine>(text, Json.Line);
            return new Evidence(line?.Key, line?.Event?.ToEntry());
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException)
        {
            throw new FormatException(exception.Message, exception);
        }
    }

    private static Evidence Read(string text, int number, string path)
    {
        try
        {
            return Parse(text);
        }
        catch (FormatException exception)
        {
            throw new CommandException(ExitCode.Usage, $"Line {number} of '{path}' is not a line of an export: {exception.Message}");
        }
    }
}
