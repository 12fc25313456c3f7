using Microsoft.Extensions.DependencyInjection;
using ThunderStack.Cloud.NodeApi;
using ThunderStack.Webhooks.Cli.Cloud;
using ThunderStack.Webhooks.Cli.Commands;
using ThunderStack.Webhooks.Cli.Http;
using ThunderStack.Webhooks.NodeWatch;

namespace ThunderStack.Webhooks.Cli.Nodes;

/// <summary><c>nodes unlock</c>.</summary>
internal sealed class UnlockNodeCommand : CloudCommand
{
    private const int MaxSeconds = 24 * 60 * 60;

    private readonly Argument<string> _id = NodeIdArgument.Create();
    private readonly Option<Uri?> _url = UrlOption.Create("--url", "The address of the node's own API, instead of the one that the cloud names.");
    private readonly Option<string?> _passwordFile = new("--password-file")
    {
        Description = "Read the password from this file. You are asked for it without.",
        HelpName = "FILE",
    };

    private readonly Option<string?> _bodyFile = new("--body-file")
    {
        Description = $"The request's JSON, with {UnlockBody.Place} where the password belongs, for nodes that want more than a password.",
        HelpName = "FILE",
    };

    private readonly Option<int?> _timeout = NumberOption.Create(
        "--timeout", "How many seconds to wait until the node is ready.", "SECONDS", (int seconds) => seconds is >= 1 and <= MaxSeconds, $"a whole number from 1 to {MaxSeconds}", 600);

    public UnlockNodeCommand()
        : base("unlock", "Unlock a node. It is asked once, if it is locked; then this waits until it is ready.")
    {
        Add(_id);
        Add(_url);
        Add(_passwordFile);
        Add(_bodyFile);
        Add(_timeout);
    }

    public override IReadOnlyList<string> Examples =>
        ["nodes unlock my-node", "nodes unlock my-node --url http://127.0.0.1:3001 --password-file /run/secrets/my-node --body-file unlock.json"];

    protected override async Task<ExitCode> RunAsync(
        CloudSession cloud, ParseResult arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        var id = arguments.GetRequiredValue(_id);
        var template = await ReadTemplateAsync(arguments.GetValue(_bodyFile), cancellationToken);
        var password = await ReadPasswordAsync(arguments.GetValue(_passwordFile), cancellationToken);
        var endpoint = await FindAsync(id, arguments.GetValue(_url), terminal.Host.Variable(ToolEnvironment.NodeToken), cloud, cancellationToken);
        await using var services = new ServiceCollection().AddThunderStackNodeApi().BuildServiceProvider();
        var unlocking = new NodeUnlocking(
            services.GetRequiredService<NodeApiClient>(), endpoint, TimeSpan.FromSeconds(arguments.GetValue(_timeout)!.Value), TimeProvider.System);

        var done = "is ready";
        switch (await unlocking.LookAsync(cancellationToken))
        {
            case NodeApiState.Ready:
                done = "was ready already";
                break;
            case NodeApiState.Changing:
                terminal.Note("It is being unlocked or locked already: nothing is sent.");
                await unlocking.WaitAsync(cancellationToken);
                break;
            default:
                password ??= await AskAsync(id, terminal, cancellationToken);
                terminal.Note("It is asked once. Until it is ready can take minutes: it synchronizes with its chain first.");
                await unlocking.UnlockAsync(UnlockBody.Write(template, password), cancellationToken);
                break;
        }

        terminal.WriteDone(id, done, cloudSays: null);
        return ExitCode.Ok;
    }

    /// <summary>Where the password may be sent: what was named on the command line, or what the cloud names at a host that is known.</summary>
    private static async Task<NodeApiEndpoint> FindAsync(
        string id, Uri? url, string? nodeToken, CloudSession cloud, CancellationToken cancellationToken)
    {
        if (url is not null)
        {
            return Create(url, nodeToken ?? (IsKnown(url, cloud) ? cloud.Token : null), "--url");
        }

        var node = await cloud.AskAsync((client, token) => client.Nodes.GetAsync(id, token), cancellationToken);
        if (node.Initialized == false)
        {
            throw new CommandException(ExitCode.Failed, $"{id} was never initialized, so there is nothing to unlock: call /init of its API with a password of yours first.");
        }

        return !Uri.TryCreate(node.InvokeUrl, UriKind.Absolute, out var named)
                ? throw new CommandException(ExitCode.Unavailable, $"The cloud does not say where the API of {id} is: name it with --url.")
            : !IsKnown(named, cloud)
                ? throw new CommandException(
                    ExitCode.Unavailable, $"The cloud names {named.GetLeftPart(UriPartial.Path)}, a host that passwords are not sent to unasked: pass it as --url if it is your node's.")
            : Create(named, cloud.Token, "The address that the cloud names");
    }

    private static bool IsKnown(Uri url, CloudSession cloud) =>
        (url.Scheme == Uri.UriSchemeHttps || url.IsLoopback)
        && (string.Equals(url.IdnHost, NodeWatchOptions.DefaultHost, StringComparison.OrdinalIgnoreCase) || url.IdnHost == new Uri(cloud.Address).IdnHost);

    private static NodeApiEndpoint Create(Uri url, string? token, string what)
    {
        try
        {
            var endpoint = new NodeApiEndpoint(url, token);
            return endpoint.IsConfidential
                ? endpoint
                : throw new CommandException(ExitCode.Usage, $"{what} is http: a password is sent over https only, or on this machine.");
        }
        catch (ArgumentException exception)
        {
            throw new CommandException(ExitCode.Usage, $"{what} cannot be used: {exception.Message.Split(" (Parameter", 2)[0]}");
        }
    }

    private static async Task<string> ReadTemplateAsync(string? path, CancellationToken cancellationToken)
    {
        var template = path is null ? UnlockBody.Default : await ReadAsync(path, "the JSON of the request", cancellationToken);
        return UnlockBody.ProblemOf(template) is { } problem ? throw new CommandException(ExitCode.Usage, $"The file '{path}' {problem}.") : template;
    }

    private static async Task<string?> ReadPasswordAsync(string? path, CancellationToken cancellationToken)
    {
        if (path is null)
        {
            return null;
        }

        // An editor ends the line; a password does not.
        var password = (await ReadAsync(path, "the password", cancellationToken)).TrimEnd('\r', '\n');
        return password.Length > 0 ? password : throw new CommandException(ExitCode.Usage, $"The file '{path}' is empty: write the node's password into it.");
    }

    private static async Task<string> ReadAsync(string path, string content, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(NamedFile.Open(path, content));
        return await reader.ReadToEndAsync(cancellationToken);
    }

    private static async Task<string> AskAsync(string id, Terminal terminal, CancellationToken cancellationToken) => terminal.CanAsk
        ? await terminal.AskSecretAsync($"Password of {id}:", cancellationToken)
        : throw new CommandException(ExitCode.Usage, $"{id} is locked. Not interactive; pass --password-file.");
}
