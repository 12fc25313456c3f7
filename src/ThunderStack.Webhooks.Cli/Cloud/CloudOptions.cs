using ThunderStack.Cloud;
using ThunderStack.Webhooks.Cli.Commands;

namespace ThunderStack.Webhooks.Cli.Cloud;

/// <summary>The options of a command that talks to the cloud.</summary>
internal sealed class CloudOptions
{
    private readonly Option<string?> _address = new("--cloud")
    {
        Description = $"The cloud's address. [default: {new ThunderStackCloudOptions().BaseAddress}]",
        HelpName = "URL",
    };

    public void AddTo(Command command) => command.Add(_address);

    /// <summary>Whether the cloud's address was named on the command line.</summary>
    public bool IsNamed(ParseResult arguments) => arguments.GetValue(_address) is not null;

    /// <summary>The cloud's address from the command line or the environment, when one of them names it.</summary>
    public string? Named(ParseResult arguments) => arguments.GetValue(_address) ?? ToolHost.Of(arguments).Variable(ToolEnvironment.Cloud);

    public CloudSession Open(ParseResult arguments, Terminal terminal)
    {
        var options = new ThunderStackCloudOptions();
        options.BaseAddress = arguments.GetValue(_address) ?? ToolHost.Of(arguments).Variable(ToolEnvironment.Cloud) ?? options.BaseAddress;
        options.ApiToken = ToolHost.Of(arguments).Variable(ToolEnvironment.ApiToken);

        // Nobody is asked with these: it is what was written that is wrong, and not the cloud.
        var session = new CloudSession(options.BaseAddress, options.ApiToken, terminal);
        if (session.FindProblem() is { } problem)
        {
            session.Dispose();
            throw new CommandException(ExitCode.Usage, problem);
        }

        return session;
    }
}
