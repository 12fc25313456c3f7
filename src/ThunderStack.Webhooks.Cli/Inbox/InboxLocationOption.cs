using ThunderStack.Webhooks.Cli.Commands;
using ThunderStack.Webhooks.PostgreSql;

namespace ThunderStack.Webhooks.Cli.Inbox;

/// <summary><c>--inbox</c>, which every inbox command has.</summary>
internal sealed class InboxLocationOption
{
    public const string Default = "data/inbox.db";

    private readonly Option<string?> _inbox = new("--inbox")
    {
        Description = $"The receiver's inbox: the path of its file, or a connection string without a password. [default: {Default}]",
        HelpName = "PATH",
    };

    private readonly Option<InboxProvider?> _provider = new("--provider")
    {
        Description = "Which store it is; told by the connection string without it.",
        HelpName = "sqlite|postgresql",
    };

    private readonly Option<string> _schema = CreateSchema();

    public InboxLocationOption() => _provider.Reads(
        text => text.ToLowerInvariant() switch { "sqlite" => InboxProvider.Sqlite, "postgresql" => InboxProvider.PostgreSql, _ => null },
        "write sqlite or postgresql");

    public void AddTo(ToolCommand command)
    {
        command.Add(_inbox);
        command.Add(_provider);
        command.Add(_schema);
        command.Requires(
            $"--inbox holds a password, which everybody on this machine can see: set {ToolEnvironment.Inbox} in its place.",
            given => given.GetValue(_inbox) is not { } text || !HasPassword(text));
    }

    /// <summary>Whether the command line names one.</summary>
    public bool IsGiven(ParseResult arguments) => arguments.GetValue(_inbox) is not null || arguments.GetValue(_provider) is not null;

    public InboxLocation Read(ParseResult arguments) => InboxLocation.Parse(
        arguments.GetValue(_inbox) ?? ToolHost.Of(arguments).Variable(ToolEnvironment.Inbox) ?? Default,
        arguments.GetValue(_provider),
        arguments.GetRequiredValue(_schema));

    public static Option<string> CreateSchema()
    {
        var option = new Option<string>("--schema")
        {
            Description = "The schema of a PostgreSQL inbox.",
            HelpName = "NAME",
            DefaultValueFactory = _ => new PostgreSqlInboxOptions().Schema,
        };
        option.Validators.Add(result =>
        {
            if (PostgreSqlInboxOptions.FindSchemaProblem(result.GetRequiredValue(option)) is { } problem)
            {
                result.AddError($"--schema {problem}. Example: thunderstack.");
            }
        });
        return option;
    }

    public static bool HasPassword(string text) => text.Split(';')
        .Select(part => part.Split('=')[0].Trim())
        .Any(name => name.Equals("password", StringComparison.OrdinalIgnoreCase) || name.Equals("pwd", StringComparison.OrdinalIgnoreCase));
}
