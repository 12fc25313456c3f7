using System.CommandLine;
using ThunderStack.Webhooks.Cli.Commands;

namespace ThunderStack.Webhooks.Cli.Inbox;

/// <summary><c>--inbox</c>, which every inbox command has.</summary>
internal sealed class InboxLocationOption
{
    private const string Default = "data/inbox.db";

    private readonly Option<string?> _inbox = new("--inbox")
    {
        Description = $"The receiver's inbox: the path of its file, or a connection string without a password [default: {Default}].",
        HelpName = "PATH",
    };

    public void AddTo(ToolCommand command)
    {
        command.Add(_inbox);
        command.Requires(
            $"--inbox holds a password, which everybody on this machine can see: set {ToolEnvironment.Inbox} in its place.",
            given => given.GetValue(_inbox) is not { } text || !HasPassword(text));
    }

    public InboxLocation Read(ParseResult arguments) =>
        InboxLocation.Parse(arguments.GetValue(_inbox) ?? ToolEnvironment.Read(ToolEnvironment.Inbox) ?? Default);

    private static bool HasPassword(string text) => text.Split(';')
        .Select(part => part.Split('=')[0].Trim())
        .Any(name => name.Equals("password", StringComparison.OrdinalIgnoreCase) || name.Equals("pwd", StringComparison.OrdinalIgnoreCase));
}
