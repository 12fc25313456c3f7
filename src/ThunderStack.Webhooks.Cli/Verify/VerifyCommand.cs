using ThunderStack.Webhooks.Cli.Checks;
using ThunderStack.Webhooks.Cli.Commands;
using ThunderStack.Webhooks.Cli.Key;

namespace ThunderStack.Webhooks.Cli.Verify;

/// <summary><c>verify</c>.</summary>
internal sealed class VerifyCommand : ToolCommand
{
    private readonly Option<string> _body = new("--body")
    {
        Description = "The file with the exact bytes of the body; - reads standard input.",
        HelpName = "FILE",
        Required = true,
    };

    private readonly Option<string> _signature = new("--signature")
    {
        Description = "The value of the header X-ThunderStack-Signature.",
        HelpName = "BASE64",
        Required = true,
    };

    private readonly Option<string?> _node = new("--node") { Description = "The node that the event must be for.", HelpName = "ID" };
    private readonly KeyOptions _key = new();

    public VerifyCommand()
        : base("verify", "Verify a webhook as a receiver does, offline, and say which check fails.")
    {
        Add(_body);
        Add(_signature);
        Add(_node);
        _key.AddTo(this);
    }

    public override IReadOnlyList<string> Examples =>
    [
        "verify --body event.json --signature \"$(cat event.sig)\" --key webhook-public-key.pem",
        "verify --body event.json --signature \"$SIGNATURE\" --from-cloud --output json",
    ];

    protected override async Task<ExitCode> RunAsync(ParseResult arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        var body = await BodyFile.ReadAsync(arguments.GetRequiredValue(_body), terminal.Host, cancellationToken);
        var key = await _key.ReadAsync(arguments, terminal, cancellationToken);
        var verification = new WebhookInspection(body, arguments.GetRequiredValue(_signature), key, arguments.GetValue(_node)).Run();
        terminal.Write(verification, found => Write(terminal, found));
        return verification.Accepted ? ExitCode.Ok : ExitCode.Failed;
    }

    private static void Write(Terminal terminal, Verification verification)
    {
        foreach (var check in verification.Checks)
        {
            terminal.WriteCheck(check.Result, check.Name, check.Detail);
        }

        terminal.WriteLine();
        if (verification.Hint is { } hint)
        {
            terminal.WriteLine(hint);
        }

        terminal.WriteMarkup($"[bold]{verification.Verdict}[/]{(verification is { Verdict: "authentic", Accepted: false } ? ", but a receiver refuses it" : "")}");
        if (verification.Event is { } found)
        {
            terminal.WriteLine(
                $"{found.EventType} of {found.NodeId}{(found.Status is null ? "" : $", {found.Status}")}, {found.EventTimestamp ?? "no time"}, id {found.EventId}");
        }
    }
}
