using System.Text;
using ThunderStack.Webhooks.Cli.Commands;
using ThunderStack.Webhooks.Cli.Sources;

namespace ThunderStack.Webhooks.Cli.Watch;

/// <summary><c>watch</c>.</summary>
internal sealed class WatchCommand : ToolCommand
{
    private readonly ReceiverOptions _receiver = new();
    private readonly Option<string?> _node = new("--node") { Description = "Only what is about this node.", HelpName = "ID" };

    public WatchCommand()
        : base("watch", "Show what happens at a running receiver, line by line: events, attempts, conditions. Ctrl+C ends it.")
    {
        Add(_node);
        _receiver.AddTo(this);
        Requires("watch follows a receiver that runs: name it with --receiver.", _receiver.IsGiven);
    }

    public override IReadOnlyList<string> Examples =>
    [
        "watch --receiver http://127.0.0.1:8081",
        "watch --receiver http://127.0.0.1:8081 --output json | jq 'select(.kind == \"condition\")'",
    ];

    protected override async Task<ExitCode> RunAsync(ParseResult arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        using var receiver = _receiver.Open(arguments, terminal)!;
        await using var output = new StreamWriter(terminal.Host.OpenLiveOutput(), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        var follower = new LiveFollower(receiver, terminal.Host.Time, terminal.Note);
        var writer = new LiveWriter(terminal, output, receiver, arguments.GetValue(_node), follower);
        try
        {
            await follower.FollowAsync(message => writer.WriteAsync(message, cancellationToken), cancellationToken);
            return ExitCode.Ok;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // There is no other end.
            return ExitCode.Ok;
        }
        catch (IOException)
        {
            // Whoever reads the lines has had enough: head, or a pager.
            return ExitCode.Ok;
        }
    }
}
