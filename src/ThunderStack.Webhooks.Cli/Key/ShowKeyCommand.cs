using ThunderStack.Webhooks.Cli.Commands;

namespace ThunderStack.Webhooks.Cli.Key;

/// <summary><c>key show</c>.</summary>
internal sealed class ShowKeyCommand : ToolCommand
{
    private readonly KeyOptions _key = new();

    public ShowKeyCommand()
        : base("show", "Show a public key: its fingerprint, its size and where it is from; the cloud's unless you name another.") => _key.AddTo(this);

    public override IReadOnlyList<string> Examples => ["key show", "key show --key webhook-public-key.pem --output json"];

    protected override async Task<ExitCode> RunAsync(ParseResult arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        var judged = await _key.ReadOrFetchAsync(arguments, terminal, cancellationToken);
        terminal.Write(KeyView.Of(judged.Require(), judged.Source), key =>
        {
            terminal.WriteFields(("fingerprint", key.Fingerprint), ("size", $"{key.SizeInBits} bits, RSA"), ("from", key.Source));
            terminal.WriteLine();
            terminal.WriteLine(key.PublicKey);
        });
        return ExitCode.Ok;
    }
}
