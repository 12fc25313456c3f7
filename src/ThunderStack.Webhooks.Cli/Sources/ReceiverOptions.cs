using ThunderStack.Webhooks.Cli.Commands;

namespace ThunderStack.Webhooks.Cli.Sources;

/// <summary>The options that name a receiver's management API, and the key for it.</summary>
internal sealed class ReceiverOptions
{
    private const string ApiPath = "/api/v1";
    private const int MaxKeyLength = 4096;

    private readonly Option<Uri?> _receiver = new("--receiver")
    {
        Description = $"Ask the receiver that runs at this address: that of its management port, 8081, or Management:PublicUrl. Its key is read from {ToolEnvironment.ApiKey}.",
        HelpName = "URL",
        CustomParser = result =>
        {
            var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
            if (Read(text) is { } address)
            {
                return address;
            }

            result.AddError($"--receiver is '{Shorten(text)}': write the address of its management API, such as http://127.0.0.1:8081 or https://ops.example.com/thunderstack.");
            return null;
        },
    };

    private readonly Option<string?> _keyFile = new("--api-key-file")
    {
        Description = $"Read the receiver's API key from this file instead of {ToolEnvironment.ApiKey}.",
        HelpName = "FILE",
    };

    public void AddTo(ToolCommand command)
    {
        command.Add(_receiver);
        command.Add(_keyFile);
        command.Requires(
            "--api-key-file is for a receiver: name it with --receiver.", given => given.GetValue(_keyFile) is null || given.GetValue(_receiver) is not null);
    }

    public bool IsGiven(ParseResult arguments) => arguments.GetValue(_receiver) is not null;

    /// <summary>The receiver that was named; <see langword="null"/> when none was.</summary>
    public ReceiverClient? Open(ParseResult arguments, Terminal terminal)
    {
        if (arguments.GetValue(_receiver) is not { } address)
        {
            return null;
        }

        var key = ReadKey(arguments, terminal);
        if (key is not null && address.Scheme == Uri.UriSchemeHttp && !address.IsLoopback)
        {
            terminal.Note($"The key goes to {address.Host} in the clear: that is for networks of your own; anywhere else write https.");
        }

        return new ReceiverClient(address, key, terminal.Host.Time);
    }

    private static Uri? Read(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https") || url.UserInfo.Length > 0
            || url.Query.Length > 0 || url.Fragment.Length > 0)
        {
            return null;
        }

        // Somebody may have copied the address of a route's root.
        var path = url.AbsolutePath.TrimEnd('/');
        path = path.EndsWith(ApiPath, StringComparison.Ordinal) ? path[..^ApiPath.Length] : path;
        return new Uri(url, path + "/");
    }

    // An address may be told with a password in it.
    private static string Shorten(string text) => text.IndexOf('@', StringComparison.Ordinal) is var at and >= 0 ? "…" + text[at..] : text;

    private string? ReadKey(ParseResult arguments, Terminal terminal)
    {
        var (key, origin) = (terminal.Host.Variable(ToolEnvironment.ApiKey), ToolEnvironment.ApiKey);
        if (arguments.GetValue(_keyFile) is { } file)
        {
            using var reader = new StreamReader(NamedFile.Open(file, "the API key"));
            var read = new char[MaxKeyLength];
            (key, origin) = (new string(read, 0, reader.ReadBlock(read)), $"The file '{file}'");
        }

        key = key?.Trim();
        return key is null || (key.Length is > 0 and < MaxKeyLength && key.All(c => c is > ' ' and <= '~'))
            ? key
            : throw new CommandException(ExitCode.Usage, $"{origin} holds no API key: one is a single line of printable ASCII characters, as in the receiver's Management:ApiKeys.");
    }
}
