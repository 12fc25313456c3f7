using ThunderStack.Webhooks.Cli.Commands;

namespace ThunderStack.Webhooks.Cli.Key;

/// <summary><c>key pin</c>.</summary>
internal sealed class PinKeyCommand : ToolCommand
{
    private readonly KeyOptions _key = new();

    public PinKeyCommand()
        : base("pin", "Print the settings that make a receiver trust this key and no other; the cloud's unless you name another.") => _key.AddTo(this);

    public override IReadOnlyList<string> Examples => ["key pin", "key pin --key webhook-public-key.pem > appsettings.Production.json"];

    protected override async Task<ExitCode> RunAsync(ParseResult arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        var judged = await _key.ReadOrFetchAsync(arguments, terminal, cancellationToken);
        var key = judged.Require();

        // The settings are a program's input whatever --output says.
        terminal.WriteJson(new Dictionary<string, object>
        {
            ["ThunderStack"] = new Dictionary<string, object>
            {
                ["PublicKey"] = new Dictionary<string, object> { ["Pinned"] = new[] { key.ToPem() } },
            },
        });
        if (!terminal.IsJson)
        {
            terminal.Note(
                $"The key {key.Fingerprint} from {judged.Source}. Compare it with the one on the node's settings page. "
                + "With a pin nothing is fetched: when the cloud changes its key, pin the new one too.");
        }

        return ExitCode.Ok;
    }
}
