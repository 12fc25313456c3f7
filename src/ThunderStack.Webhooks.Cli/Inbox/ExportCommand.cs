using System.CommandLine;
using System.Text.Json;
using ThunderStack.Webhooks.Cli.Commands;
using ThunderStack.Webhooks.Cli.Output;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Keys;

namespace ThunderStack.Webhooks.Cli.Inbox;

/// <summary><c>inbox export</c>.</summary>
internal sealed class ExportCommand : ToolCommand
{
    private readonly InboxLocationOption _inbox = new();
    private readonly EventFilterOptions _filter = new();
    private readonly Option<string?> _file = new("--file") { Description = "Write to this file, which must not exist yet, in place of standard output.", HelpName = "FILE" };

    public ExportCommand()
        : base("export", "Write events with their evidence as JSON lines, which inbox verify --archive checks anywhere.")
    {
        _inbox.AddTo(this);
        _filter.AddTo(this);
        Add(_file);
        Requires("--file exists already: name another.", given => given.GetValue(_file) is not { } file || !Path.Exists(file));
    }

    public override IReadOnlyList<string> Examples =>
        ["inbox export --file november.jsonl --from 2024-11-01 --to 2024-12-01", "inbox export --node my-node | gzip > my-node.jsonl.gz"];

    protected override async Task<ExitCode> RunAsync(ParseResult arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        await using var inbox = await _inbox.Read(arguments).OpenReaderAsync(cancellationToken);
        var filter = _filter.Read(arguments);
        if (arguments.GetValue(_file) is not { } file)
        {
            await using var output = terminal.Host.OpenOutput();
            await WriteAsync(inbox, filter, output, terminal, cancellationToken);
            return ExitCode.Ok;
        }

        // Complete or not at all: half an archive looks like a whole one.
        var partial = file + ".partial";
        long count;
        try
        {
            await using (var output = new FileStream(partial, FileMode.Create, FileAccess.Write))
            {
                count = await WriteAsync(inbox, filter, output, terminal, cancellationToken);
                output.Flush(flushToDisk: true);
            }

            File.Move(partial, file, overwrite: false);
        }
        catch
        {
            File.Delete(partial);
            throw;
        }

        if (terminal.IsJson)
        {
            terminal.WriteJson(new Exported(count, Path.GetFullPath(file)));
        }
        else
        {
            terminal.WriteLine($"{TextForms.Count(count, "event")} in {file}.");
        }

        return ExitCode.Ok;
    }

    private static async Task<long> WriteAsync(
        IInboxReader inbox, EventFilter filter, Stream output, Terminal terminal, CancellationToken cancellationToken)
    {
        using var progress = new Progress(terminal, "exported", await inbox.EstimateCountAsync(cancellationToken));
        var keys = await inbox.ListKeysAsync(cancellationToken);
        var written = new HashSet<KeyFingerprint>();
        long count = 0;
        await foreach (var entry in inbox.ReadAllAsync(filter, cancellationToken))
        {
            if (entry.Key is { } fingerprint && written.Add(fingerprint) && await KeyOfAsync(fingerprint) is { } key)
            {
                await WriteLineAsync(new ArchiveLine(new ArchivedKey(fingerprint.Value, key), null));
            }

            await WriteLineAsync(new ArchiveLine(null, ArchivedEvent.Of(entry)));
            progress.Report(++count);
        }

        return count;

        async Task<string?> KeyOfAsync(KeyFingerprint fingerprint)
        {
            // Events may have come since the keys were read, with a new key.
            keys = keys.ContainsKey(fingerprint) ? keys : await inbox.ListKeysAsync(cancellationToken);
            return keys.TryGetValue(fingerprint, out var der) ? Convert.ToBase64String(der.Span) : null;
        }

        async Task WriteLineAsync(ArchiveLine line)
        {
            await output.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(line, Json.Line), cancellationToken);
            await output.WriteAsync("\n"u8.ToArray(), cancellationToken);
        }
    }

    private sealed record Exported(long Events, string File);
}
