using ThunderStack.Webhooks.Cli.Commands;
using ThunderStack.Webhooks.Cli.Sources;

namespace ThunderStack.Webhooks.Cli.Handlers;

/// <summary><c>handlers list</c>.</summary>
internal sealed class ListHandlersCommand : ToolCommand
{
    private readonly SourceOptions _source = new();

    public ListHandlersCommand()
        : base("list", "Show each handler: what waits for it, its dead letters, the last hour's attempts, and whether it is paused.") => _source.AddTo(this);

    public override IReadOnlyList<string> Examples => ["handlers list --receiver http://127.0.0.1:8081", "handlers list --inbox data/inbox.db --output json"];

    protected override async Task<ExitCode> RunAsync(ParseResult arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        await using var source = await _source.OpenAsync(arguments, terminal, cancellationToken);
        terminal.Write(await source.ListHandlersAsync(cancellationToken), terminal.WriteHandlers);
        return ExitCode.Ok;
    }
}
