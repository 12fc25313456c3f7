using System.Runtime.CompilerServices;
using System.Text.Json;
using ThunderStack.Webhooks.Cli.Output;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Keys;

namespace ThunderStack.Webhooks.Cli.Inbox;

/// <summary>Reads an export line by line: its keys as they come, before the events that need them.</summary>
internal sealed class ArchiveReader(string path)
{
    /// <summary>The keys read so far.</summary>
    public Dictionary<KeyFingerprint, WebhookPublicKey> Keys { get; } = [];

    public async IAsyncEnumerable<InboxEntry> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(NamedFile.Open(path, "an export"));
        for (var number = 1; await reader.ReadLineAsync(cancellationToken) is { } text; number++)
        {
            if (Read(text, number) is { } entry)
            {
                yield return entry;
            }
        }
    }

    private InboxEntry? Read(string text, int number)
    {
        try
        {
            var line = JsonSerializer.Deserialize<ArchiveLine>(text, Json.Line);
            if (line?.Key is { } key && PublicKeyPolicy.Parse(key.PublicKey) is { IsAdmitted: true, Key: var admitted })
            {
                Keys[admitted.Fingerprint] = admitted;
            }

            return line?.Event?.ToEntry();
        }
        catch (Exception exception) when (exception is JsonException or FormatException or ArgumentException)
        {
            throw new CommandException(ExitCode.Usage, $"Line {number} of '{path}' is not a line of an export: {exception.Message}");
        }
    }
}
