using ThunderStack.Webhooks.Cli.Commands;
using ThunderStack.Webhooks.Cli.Sources;

namespace ThunderStack.Webhooks.Cli.Conditions;

/// <summary><c>conditions</c>.</summary>
internal sealed class ConditionsCommand : ToolCommand
{
    private readonly SourceOptions _source = new();
    private readonly Option<bool> _closed = new("--closed") { Description = "List the last 200 that were closed too." };

    public ConditionsCommand()
        : base("conditions", "Show what needs a person: failed nodes, dead letters, failing handlers.")
    {
        Add(_closed);
        _source.AddTo(this);
    }

    public override IReadOnlyList<string> Examples => ["conditions --receiver http://127.0.0.1:8081", "conditions --closed --inbox data/inbox.db"];

    protected override async Task<ExitCode> RunAsync(ParseResult arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        await using var source = await _source.OpenAsync(arguments, terminal, cancellationToken);
        terminal.Write(await source.ListConditionsAsync(arguments.GetValue(_closed), cancellationToken), terminal.WriteConditions);
        return ExitCode.Ok;
    }
}
