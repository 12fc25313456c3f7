using ThunderStack.Webhooks.Cli.Commands;
using ThunderStack.Webhooks.Cli.Sources;

namespace ThunderStack.Webhooks.Cli.Inbox;

/// <summary><c>inbox verify</c>.</summary>
internal sealed class VerifyInboxCommand : ToolCommand
{
    private readonly SourceOptions _source = new();
    private readonly EventFilterOptions _filter = new();
    private readonly Option<string?> _archive = new("--archive")
    {
        Description = "Check an export in place of an inbox.",
        HelpName = "FILE",
    };

    public VerifyInboxCommand()
        : base("verify", "Check every stored signature again, with the key that the event was accepted with.")
    {
        _source.AddTo(this);
        _filter.AddTo(this);
        Add(_archive);
        Requires("--archive is checked as a whole: leave the filters out.", given => given.GetValue(_archive) is null || !_filter.IsGiven(given));
        Requires("--archive is a file to check: leave --receiver out.", given => given.GetValue(_archive) is null || !_source.IsReceiver(given));
    }

    public override IReadOnlyList<string> Examples => ["inbox verify", "inbox verify --receiver http://127.0.0.1:8081", "inbox verify --archive november.jsonl --output json"];

    protected override async Task<ExitCode> RunAsync(ParseResult arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        var found = await VerifyAsync(arguments, terminal, cancellationToken);
        terminal.Write(found, verification => Write(terminal, verification));
        return found.Failed == 0 ? ExitCode.Ok : ExitCode.Failed;
    }

    private async Task<InboxVerification> VerifyAsync(ParseResult arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        if (arguments.GetValue(_archive) is { } archive)
        {
            using var read = new Progress(terminal, "verified", total: null);
            return await new InboxVerifier().RunAsync(ArchiveReader.ReadAllAsync(archive, cancellationToken), read, cancellationToken);
        }

        await using var source = await _source.OpenAsync(arguments, terminal, cancellationToken);
        using var progress = new Progress(terminal, "verified", await source.EstimateCountAsync(cancellationToken));
        return await new InboxVerifier().RunAsync(source.ReadEvidenceAsync(_filter.Read(arguments), cancellationToken), progress, cancellationToken);
    }

    private static void Write(Terminal terminal, InboxVerification found)
    {
        foreach (var failure in found.Failures)
        {
            terminal.WriteMarkup($"[red]FAIL[/]  {EventIdText.Shorten(failure.EventId)}  {failure.Problem}");
        }

        terminal.WriteLine(
            $"{TextForms.Count(found.Checked, "event")}: {found.Authentic:N0} authentic, {found.Reconciled:N0} reconciled and {found.Observed:N0} observed (never signed), "
            + $"{found.Removed:N0} without a body, {found.Failed:N0} failed");
        foreach (var (fingerprint, count) in found.Keys)
        {
            terminal.WriteLine($"  {count:N0} by the key {fingerprint}");
        }

        if (found.Authentic > 0)
        {
            terminal.Note("Whoever can write to the inbox can replace keys too: compare the fingerprints with the node's settings page (key show).");
        }
    }
}
