using System.CommandLine;
using ThunderStack.Webhooks.Cli.Commands;
using ThunderStack.Webhooks.Cli.Output;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Keys;

namespace ThunderStack.Webhooks.Cli.Inbox;

/// <summary><c>inbox verify</c>.</summary>
internal sealed class VerifyInboxCommand : ToolCommand
{
    private readonly InboxLocationOption _inbox = new();
    private readonly EventFilterOptions _filter = new();
    private readonly Option<string?> _archive = new("--archive")
    {
        Description = "Check an export in place of an inbox.",
        HelpName = "FILE",
    };

    public VerifyInboxCommand()
        : base("verify", "Check every stored signature again, with the key that the event was accepted with.")
    {
        _inbox.AddTo(this);
        _filter.AddTo(this);
        Add(_archive);
        Requires("--archive is checked as a whole: leave the filters out.", given => given.GetValue(_archive) is null || !_filter.IsGiven(given));
    }

    public override IReadOnlyList<string> Examples => ["inbox verify", "inbox verify --archive november.jsonl --output json"];

    protected override async Task<ExitCode> RunAsync(ParseResult arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        var found = arguments.GetValue(_archive) is { } archive
            ? await VerifyArchiveAsync(archive, terminal, cancellationToken)
            : await VerifyInboxAsync(_inbox.Read(arguments), _filter.Read(arguments), terminal, cancellationToken);
        if (terminal.IsJson)
        {
            terminal.WriteJson(found);
        }
        else
        {
            Write(terminal, found);
        }

        return found.Failed == 0 ? ExitCode.Ok : ExitCode.Failed;
    }

    private static async Task<InboxVerification> VerifyArchiveAsync(string path, Terminal terminal, CancellationToken cancellationToken)
    {
        var archive = new ArchiveReader(path);
        using var progress = new Progress(terminal, "verified", total: null);
        return await new InboxVerifier().RunAsync(
            archive.ReadAllAsync(cancellationToken),
            _ => Task.FromResult<IReadOnlyDictionary<KeyFingerprint, WebhookPublicKey>>(archive.Keys),
            progress,
            cancellationToken);
    }

    private static async Task<InboxVerification> VerifyInboxAsync(
        InboxLocation location, EventFilter filter, Terminal terminal, CancellationToken cancellationToken)
    {
        await using var inbox = await location.OpenReaderAsync(cancellationToken);
        using var progress = new Progress(terminal, "verified", await inbox.EstimateCountAsync(cancellationToken));
        var keys = new Dictionary<KeyFingerprint, WebhookPublicKey>();
        var missing = new HashSet<KeyFingerprint>();
        return await new InboxVerifier().RunAsync(inbox.ReadAllAsync(filter, cancellationToken), KeysWithAsync, progress, cancellationToken);

        // Events may come with a new key while this runs. One that is not there is looked for once.
        async Task<IReadOnlyDictionary<KeyFingerprint, WebhookPublicKey>> KeysWithAsync(KeyFingerprint? wanted)
        {
            if (wanted is { } fingerprint && !keys.ContainsKey(fingerprint) && missing.Add(fingerprint))
            {
                foreach (var (_, der) in await inbox.ListKeysAsync(cancellationToken))
                {
                    // By the fingerprint it has, and not by the one it is filed under.
                    if (PublicKeyPolicy.ParseDer(der) is { IsAdmitted: true, Key: var key })
                    {
                        keys[key.Fingerprint] = key;
                    }
                }
            }

            return keys;
        }
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
