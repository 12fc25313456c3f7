using ThunderStack.Webhooks.Cli.Commands;
using ThunderStack.Webhooks.Cli.Sources;

namespace ThunderStack.Webhooks.Cli.Handlers;

/// <summary><c>handlers pause</c> and <c>handlers resume</c>.</summary>
internal sealed class PauseHandlerCommand : ToolCommand
{
    private readonly SourceOptions _source = new();
    private readonly Argument<string> _name = new("name") { Description = "The handler's name." };
    private readonly bool _isPaused;

    private PauseHandlerCommand(string name, string description, bool isPaused)
        : base(name, description)
    {
        _isPaused = isPaused;
        Add(_name);
        _source.AddTo(this);
    }

    public override IReadOnlyList<string> Examples => [$"handlers {Name} ops --receiver http://127.0.0.1:8081"];

    public static PauseHandlerCommand Pause() =>
        new("pause", "Hand nothing more to a handler until it is resumed, on every replica and across restarts. What it has begun goes on.", isPaused: true);

    public static PauseHandlerCommand Resume() => new("resume", "End a handler's pause.", isPaused: false);

    protected override async Task<ExitCode> RunAsync(ParseResult arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        var name = arguments.GetRequiredValue(_name);
        await using var source = await _source.OpenForChangeAsync(arguments, terminal, cancellationToken);
        var known = (await source.ListHandlersAsync(cancellationToken)).Select(handler => handler.Handler).ToList();
        if (!known.Contains(name))
        {
            throw new CommandException(ExitCode.NotFound, $"No handler is called '{name}': there {(known.Count == 0 ? "is none yet" : $"are {string.Join(", ", known)}")}.");
        }

        var isChange = await source.SetPausedAsync(name, _isPaused, cancellationToken);
        terminal.Write(new Paused(name, _isPaused, isChange), _ => terminal.WriteLine((_isPaused, isChange) switch
        {
            (true, true) => $"{name} is paused.",
            (true, false) => $"{name} was paused already.",
            (false, true) => $"{name} goes on.",
            (false, false) => $"{name} was not paused.",
        }));
        return ExitCode.Ok;
    }

    private sealed record Paused(string Handler, bool IsPaused, bool IsChange);
}
