using System.CommandLine.Help;
using ThunderStack.Webhooks.Cli.Conditions;
using ThunderStack.Webhooks.Cli.Doctor;
using ThunderStack.Webhooks.Cli.Handlers;
using ThunderStack.Webhooks.Cli.Inbox;
using ThunderStack.Webhooks.Cli.Key;
using ThunderStack.Webhooks.Cli.Moving;
using ThunderStack.Webhooks.Cli.Nodes;
using ThunderStack.Webhooks.Cli.Notify;
using ThunderStack.Webhooks.Cli.Send;
using ThunderStack.Webhooks.Cli.Status;
using ThunderStack.Webhooks.Cli.Verify;
using ThunderStack.Webhooks.Cli.Watch;
using ThunderStack.Webhooks.Cli.Webhook;

namespace ThunderStack.Webhooks.Cli.Commands;

/// <summary>The program: its commands, and how a run of it ends.</summary>
internal static class Tool
{
    // Made once: commands have no state, and a test runs hundreds of command lines.
    private static readonly Lazy<RootCommand> Root = new(CreateRoot);

    public static async Task<int> RunAsync(string[] args, ToolHost host, CancellationToken cancellationToken = default)
    {
        // A file named @… is a file named @…; nothing is read into the command line from it.
        var parsed = Root.Value.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null, EnablePosixBundling = false });
        if (parsed.Errors.Count > 0 && parsed.Action is null or System.CommandLine.Invocation.ParseErrorAction)
        {
            var help = string.Join(' ', ToolCommand.PathOf(parsed.CommandResult.Command)) + " --help";
            var output = parsed.GetResult(OutputOption.Instance);
            host.OpenTerminal(output?.Errors.Any() == false ? output.GetValueOrDefault<OutputFormat>() : OutputFormat.Text).Fail(
                ExitCode.Usage, $"{Problems(parsed)} See '{help}'.");
            return (int)ExitCode.Usage;
        }

        return await parsed.InvokeAsync(host, cancellationToken);
    }

    private static RootCommand CreateRoot()
    {
        var root = new RootCommand("Nodes and webhooks of ThunderStack Cloud, and the receiver's inbox, from the command line.")
        {
            new CommandGroup(
                "nodes",
                "The nodes of your account in the cloud.",
                new ListNodesCommand(),
                new ShowNodeCommand(),
                new CreateNodeCommand(),
                ChangeNodeCommand.Start(),
                ChangeNodeCommand.Stop(),
                new RestartNodeCommand(),
                new UnlockNodeCommand(),
                new NodeLogsCommand(),
                new DestroyNodeCommand()),
            new CommandGroup(
                "webhook",
                "Where the cloud posts a node's events.",
                new SetWebhookCommand(),
                new ShowWebhookCommand(),
                new ClearWebhookCommand()),
            new StatusCommand(),
            new ConditionsCommand(),
            new WatchCommand(),
            new CommandGroup(
                "handlers", "What a receiver hands events to.", new ListHandlersCommand(), PauseHandlerCommand.Pause(), PauseHandlerCommand.Resume()),
            new DoctorCommand(),
            new VerifyCommand(),
            new SendCommand(),
            new CommandGroup("notify", "The places where a receiver tells people.", new TestNotifierCommand()),
            new CommandGroup("key", "The public key that webhooks are verified with.", new ShowKeyCommand(), new PinKeyCommand()),
            new CommandGroup(
                "inbox",
                "The events that a receiver has stored.",
                new ListInboxCommand(),
                new ShowEventCommand(),
                new ReplayCommand(),
                new DiscardCommand(),
                new VerifyInboxCommand(),
                new ExportCommand(),
                new MoveCommand()),
        };
        root.Add(OutputOption.Instance);
        var help = root.Options.OfType<HelpOption>().Single();
        help.Description = "Show help.";
        help.Action = new ToolHelp((HelpAction)help.Action!);
        root.Options.OfType<VersionOption>().Single().Description = "Show the version.";
        return root;
    }

    // One word too many is one problem; the library tells of every word after it too.
    private static string Problems(ParseResult parsed) => parsed.UnmatchedTokens is [var first, ..]
        ? $"'{first}' is no command or option here."
        : string.Join(' ', parsed.Errors.Select(error => error.Message).Distinct());
}
