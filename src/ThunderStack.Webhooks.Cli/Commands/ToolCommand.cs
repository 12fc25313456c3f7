using ThunderStack.Cloud;
using ThunderStack.Webhooks.Inbox;

namespace ThunderStack.Webhooks.Cli.Commands;

/// <summary>A command that does something. Failures become a sentence and an exit code here, and nowhere else.</summary>
internal abstract class ToolCommand : Command
{
    private readonly List<(string Sentence, Func<ParseResult, bool> Holds)> _rules = [];

    protected ToolCommand(string name, string description)
        : base(name, description) => SetAction(InvokeAsync);

    /// <summary>Command lines to try, without the program's name.</summary>
    public virtual IReadOnlyList<string> Examples => [];

    /// <summary>The command line up to this command.</summary>
    public static IEnumerable<string> PathOf(Command command) =>
        command.Parents.OfType<Command>().FirstOrDefault() is { } parent ? PathOf(parent).Append(command.Name) : ["thunderstack"];

    /// <summary>Refuses a command line for which <paramref name="holds"/> is not true, with this sentence.</summary>
    public void Requires(string sentence, Func<ParseResult, bool> holds) => _rules.Add((sentence, holds));

    protected abstract Task<ExitCode> RunAsync(ParseResult arguments, Terminal terminal, CancellationToken cancellationToken);

    private async Task<int> InvokeAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var terminal = ToolHost.Of(arguments).OpenTerminal(arguments.GetValue(OutputOption.Instance));
        try
        {
            CheckRules(arguments);
            return (int)await RunAsync(arguments, terminal, cancellationToken);
        }
        catch (Exception exception)
        {
            var (code, message) = Describe(exception, cancellationToken);
            terminal.Fail(code, message);
            return (int)code;
        }
    }

    private void CheckRules(ParseResult arguments)
    {
        var broken = _rules.Where(rule => !rule.Holds(arguments)).Select(rule => rule.Sentence).ToList();
        if (broken.Count > 0)
        {
            throw new CommandException(ExitCode.Usage, $"{string.Join(' ', broken)} See '{string.Join(' ', PathOf(this))} --help'.");
        }
    }

    // It is a receiver's message, and names settings.
    private static string NameOptions(string message) => message
        .Replace("ThunderStack:Inbox:ConnectionString", "--inbox", StringComparison.Ordinal)
        .Replace("ThunderStack:Inbox:Schema", "--schema", StringComparison.Ordinal);

    private static (ExitCode Code, string Message) Describe(Exception exception, CancellationToken cancellationToken) => exception switch
    {
        CommandException known => (known.Code, known.Message),
        ThunderStackCloudException { StatusCode: System.Net.HttpStatusCode.NotFound } cloud => (ExitCode.NotFound, cloud.Message),
        ThunderStackCloudException cloud => (ExitCode.Unavailable, cloud.Message),
        InboxOpenException inbox => (inbox.IsInUse ? ExitCode.InUse : ExitCode.Unavailable, NameOptions(inbox.Message)),
        FileNotFoundException or DirectoryNotFoundException => (ExitCode.NotFound, exception.Message),
        System.Data.Common.DbException => (ExitCode.Unavailable, $"The inbox cannot be read or written: {exception.Message}"),
        UnauthorizedAccessException => (ExitCode.Usage, exception.Message),
        IOException => (ExitCode.Unavailable, exception.Message),
        OperationCanceledException when cancellationToken.IsCancellationRequested => (ExitCode.Interrupted, "Interrupted."),
        _ => (ExitCode.Unexpected, $"A fault of this tool, please report it: {exception}"),
    };
}
