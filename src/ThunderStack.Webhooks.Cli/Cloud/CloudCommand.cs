using ThunderStack.Webhooks.Cli.Commands;

namespace ThunderStack.Webhooks.Cli.Cloud;

/// <summary>A command that asks the cloud something.</summary>
internal abstract class CloudCommand : ToolCommand
{
    private readonly CloudOptions _cloud = new();

    protected CloudCommand(string name, string description)
        : base(name, description) => _cloud.AddTo(this);

    protected abstract Task<ExitCode> RunAsync(
        CloudSession cloud, ParseResult arguments, Terminal terminal, CancellationToken cancellationToken);

    protected sealed override async Task<ExitCode> RunAsync(ParseResult arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        using var cloud = _cloud.Open(arguments, terminal);
        return await RunAsync(cloud, arguments, terminal, cancellationToken);
    }
}
