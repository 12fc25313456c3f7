using System.Text.Json;
using ThunderStack.Webhooks.Cli.Commands;
using ThunderStack.Webhooks.Cli.Sources;
using ThunderStack.Webhooks.Inbox;

namespace ThunderStack.Webhooks.Cli.Inbox;

/// <summary><c>inbox export</c>.</summary>
internal sealed class ExportCommand : ToolCommand
{
    private readonly SourceOptions _source = new();
    private readonly EventFilterOptions _filter = new();
    private readonly Option<string?> _file = new("--file") { Description = "Write to this file, which must not exist yet, in place of standard output.", HelpName = "FILE" };

    public ExportCommand()
        : base("export", "Write events with their evidence as JSON lines, which inbox verify --archive checks anywhere.")
    {
        _source.AddTo(this);
        _filter.AddTo(this);
        Add(_file);
        Requires("--file exists already: name another.", given => given.GetValue(_file) is not { } file || !Path.Exists(file));
    }

    public override IReadOnlyList<string> Examples =>
        ["inbox export --file november.jsonl --from 2024-11-01 --to 2024-12-01", "inbox export --receiver http://127.0.0.1:8081 --node my-node | gzip > my-node.jsonl.gz"];

    protected override async Task<ExitCode> RunAsync(ParseResult arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        await using var inbox = await _source.OpenAsync(arguments, terminal, cancellationToken);
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

        terminal.Write(new Exported(count, Path.GetFullPath(file)), _ => terminal.WriteLine($"{TextForms.Count(count, "event")} in {file}."));
        return ExitCode.Ok;
    }

    private static async Task<long> WriteAsync(
        IInboxSource inbox, EventFilter filter, Stream output, Terminal terminal, CancellationToken cancellationToken)
    {
        using var progress = new Progress(terminal, "exported", await inbox.EstimateCountAsync(cancellationToken));
        long count = 0;
        await foreach (var evidence in inbox.ReadEvidenceAsync(filter, cancellationToken))
        {
            await output.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(evidence.ToLine(), Json.Line), cancellationToken);
            await output.WriteAsync("\n"u8.ToArray(), cancellationToken);
            if (evidence.Entry is not null)
            {
                progress.Report(++count);
            }
        }

        return count;
    }

    private sealed record Exported(long Events, string File);
}
