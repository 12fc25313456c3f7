using ThunderStack.Webhooks.Cli.Commands;
using ThunderStack.Webhooks.Cli.Inbox;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.PostgreSql.Moving;
using ThunderStack.Webhooks.Sqlite.Moving;

namespace ThunderStack.Webhooks.Cli.Moving;

/// <summary><c>inbox move</c>.</summary>
internal sealed class MoveCommand : ToolCommand
{
    private readonly Option<string> _from = new("--from")
    {
        Description = "The SQLite inbox: the path of its file. It is only read.",
        HelpName = "PATH",
        DefaultValueFactory = _ => InboxLocationOption.Default,
    };

    private readonly Option<string?> _to = new("--to")
    {
        Description = "The PostgreSQL inbox: a connection string without a password.",
        HelpName = "CONNECTION",
    };

    private readonly Option<string> _schema = InboxLocationOption.CreateSchema();

    private readonly Option<bool> _restart = new("--restart")
    {
        Description = "Throw away what an unfinished move has left in the PostgreSQL inbox, and begin again.",
    };

    private readonly Option<string?> _receiver = new("--receiver") { Hidden = true };

    public MoveCommand()
        : base("move", "Carry an SQLite inbox over to PostgreSQL, where several receivers can share it. No receiver may run on either. Run it again if it was interrupted.")
    {
        Add(_from);
        Add(_to);
        Add(_schema);
        Add(_restart);
        Add(_receiver);
        Requires(
            "inbox move works on databases: stop the receiver, and name them with --from and --to.", given => given.GetValue(_receiver) is null);
        Requires(
            $"--to holds a password, which everybody on this machine can see: set {ToolEnvironment.Inbox} in its place.",
            given => given.GetValue(_to) is not { } text || !InboxLocationOption.HasPassword(text));
        Requires($"Name the PostgreSQL inbox with --to or in {ToolEnvironment.Inbox}.", given => Destination(given) is not null);
        Requires(
            "--to is a PostgreSQL connection string. Example: 'Host=db;Username=thunderstack;Database=thunderstack'.",
            given => Destination(given) is not { } to || Locate(given, to).Provider == InboxProvider.PostgreSql);
        Requires(
            "--from is the path of an SQLite inbox.",
            given => Locate(given, given.GetRequiredValue(_from)).Provider == InboxProvider.Sqlite);
    }

    public override IReadOnlyList<string> Examples =>
        ["inbox move --from data/inbox.db --to 'Host=db;Username=thunderstack;Database=thunderstack'", "inbox move --output json"];

    protected override async Task<ExitCode> RunAsync(ParseResult arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        var to = Destination(arguments)!;
        using var origin = OpenOrigin(Locate(arguments, arguments.GetRequiredValue(_from)).ConnectionString);
        await using var destination = PostgreSqlMoveDestination.Create(to, arguments.GetRequiredValue(_schema));
        var report = await new InboxMove(origin, destination, terminal).RunAsync(arguments.GetValue(_restart), cancellationToken);
        terminal.Write(report, moved => moved.WriteTo(terminal));
        return report.Differences.Count == 0 ? ExitCode.Ok : ExitCode.Failed;
    }

    private static SqliteMoveOrigin OpenOrigin(string connectionString)
    {
        try
        {
            return SqliteMoveOrigin.Open(connectionString);
        }
        catch (InboxOpenException exception) when (exception.IsInUse)
        {
            throw new CommandException(
                ExitCode.InUse,
                "A receiver owns this inbox, and what it went on to store would be missing: stop the receiver, run this again, and start it "
                + "on PostgreSQL.");
        }
    }

    private string? Destination(ParseResult arguments) => arguments.GetValue(_to) ?? ToolHost.Of(arguments).Variable(ToolEnvironment.Inbox);

    private InboxLocation Locate(ParseResult arguments, string text) =>
        InboxLocation.Parse(text, provider: null, arguments.GetRequiredValue(_schema));
}
