namespace ThunderStack.Webhooks.Cli.Commands;

/// <summary>The environment variables that are read: above all secrets, which a command line would show to everybody.</summary>
internal static class ToolEnvironment
{
    public const string ApiToken = "THUNDERSTACK_API_TOKEN";
    public const string Cloud = "THUNDERSTACK_CLOUD";
    public const string ApiKey = "THUNDERSTACK_API_KEY";
    public const string Inbox = "THUNDERSTACK_INBOX";
    public const string NodeToken = "THUNDERSTACK_NODE_TOKEN";
    public const string KeyPassphrase = "THUNDERSTACK_KEY_PASSPHRASE";

    public static IReadOnlyList<(string Name, string Meaning)> Rows { get; } =
    [
        (ApiToken, "the cloud's API token; asked for when it is needed and you are at a terminal"),
        (Cloud, "the cloud's address, unless --cloud names it"),
        (Inbox, "the receiver's inbox, unless --inbox names it: a path or a connection string"),
        (ApiKey, "the key of a receiver's management API, for --receiver"),
        (NodeToken, "the token of a node's own API, for nodes unlock --url"),
        (KeyPassphrase, "the passphrase of an encrypted private key"),
        ("NO_COLOR", "no colours; there are none in a pipe anyhow"),
    ];
}
