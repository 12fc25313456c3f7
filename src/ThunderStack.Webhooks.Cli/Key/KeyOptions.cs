using ThunderStack.Webhooks.Cli.Cloud;
using ThunderStack.Webhooks.Cli.Commands;
using ThunderStack.Webhooks.Keys;

namespace ThunderStack.Webhooks.Cli.Key;

/// <summary>The options that say where a public key comes from: a file, or the cloud.</summary>
internal sealed class KeyOptions
{
    private readonly Option<string?> _key = new("--key")
    {
        Description = "The public key: a file with PEM or DER, or the PEM or base64 DER itself; - reads standard input.",
        HelpName = "FILE",
    };

    private readonly Option<bool> _fromCloud = new("--from-cloud") { Description = "Ask the cloud for its key." };
    private readonly CloudOptions _cloud = new();

    public void AddTo(ToolCommand command)
    {
        command.Add(_key);
        command.Add(_fromCloud);
        _cloud.AddTo(command);
        command.Requires(
            "--key and --from-cloud exclude each other: name one.",
            given => given.GetValue(_key) is null || !given.GetValue(_fromCloud));
    }

    /// <summary>Reads the key that was named, or judges it; <see langword="null"/> when none was named.</summary>
    public async Task<JudgedKey?> ReadAsync(ParseResult arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        if (arguments.GetValue(_key) is { } entry)
        {
            return entry == "-" ? await ReadInputAsync(terminal.Host, cancellationToken) : Read(entry);
        }

        return arguments.GetValue(_fromCloud) ? await FetchAsync(arguments, terminal, cancellationToken) : null;
    }

    /// <summary>Reads the key that was named, or the cloud's when none was.</summary>
    public async Task<JudgedKey> ReadOrFetchAsync(ParseResult arguments, Terminal terminal, CancellationToken cancellationToken) =>
        await ReadAsync(arguments, terminal, cancellationToken) ?? await FetchAsync(arguments, terminal, cancellationToken);

    private static async Task<JudgedKey> ReadInputAsync(ToolHost host, CancellationToken cancellationToken)
    {
        using var input = new StreamReader(host.OpenInput());
        return new JudgedKey(PublicKeyPolicy.Parse(await input.ReadToEndAsync(cancellationToken)), "standard input", ExitCode.Usage);
    }

    private static JudgedKey Read(string entry)
    {
        var judged = PublicKeyPolicy.ReadPinned(entry);
        return judged.Refusal != PublicKeyRefusal.Unreadable ? new JudgedKey(judged, File.Exists(entry) ? Path.GetFullPath(entry) : "command line", ExitCode.Usage)
            : Path.Exists(entry) ? throw new CommandException(ExitCode.Usage, $"The key '{entry}' cannot be used. {judged.Message}")
            : throw new CommandException(ExitCode.NotFound, $"There is no key '{entry}'. {judged.Message}");
    }

    private async Task<JudgedKey> FetchAsync(ParseResult arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        using var cloud = _cloud.Open(arguments, terminal);
        var text = await cloud.AskAsync((client, token) => client.GetWebhookPublicKeyAsync(token), cancellationToken);
        return new JudgedKey(PublicKeyPolicy.Parse(text), $"{cloud.Address.TrimEnd('/')}/api/webhook-public-key", ExitCode.Failed);
    }
}
