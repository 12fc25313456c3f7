using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using ThunderStack.Webhooks.Cli.Commands;
using ThunderStack.Webhooks.Cli.Doctor;
using ThunderStack.Webhooks.Notify;

namespace ThunderStack.Webhooks.Cli.Notify;

/// <summary><c>notify test</c>.</summary>
internal sealed class TestNotifierCommand : ToolCommand
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly Argument<string> _name = new("NAME") { Description = "The notifier's name in the section ThunderStack:Handlers." };

    private readonly SettingsOptions _settings = new();

    public TestNotifierCommand()
        : base("test", "Send a test message with a receiver's settings, once, and say what the platform answered.")
    {
        Add(_name);
        _settings.AddTo(this);
    }

    public override IReadOnlyList<string> Examples => ["notify test team --settings appsettings.json"];

    protected override async Task<ExitCode> RunAsync(ParseResult arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        var name = arguments.GetRequiredValue(_name);
        var services = new ServiceCollection();

        // Its store is never opened: the test message has no history.
        services.AddThunderStackWebhooksCore(_settings.Load(arguments)).UseSqliteInbox().AddConfiguredHandlers().AddNotifiers();
        await using var provider = services.BuildServiceProvider();
        var problem = await SendAsync(Find(provider, name), cancellationToken);
        if (terminal.IsJson)
        {
            terminal.WriteJson(new TestReport(name, problem is null, problem));
        }
        else if (problem is null)
        {
            terminal.WriteLine($"{name} has taken the test message.");
        }
        else
        {
            terminal.Fail(ExitCode.Unavailable, $"{name} has not taken the test message. {problem}");
        }

        return problem is null ? ExitCode.Ok : ExitCode.Unavailable;
    }

    private static NotifierTest Find(IServiceProvider services, string name)
    {
        try
        {
            return NotifierTest.Find(services, name) ?? throw new CommandException(
                ExitCode.NotFound,
                $"The settings have no notifier named {name}. They have: {string.Join(", ", NotifierTest.Names(services).DefaultIfEmpty("none"))}. "
                + "If these are not the receiver's settings, name its file with --settings.");
        }
        catch (OptionsValidationException exception)
        {
            throw new CommandException(ExitCode.Usage, string.Join(' ', exception.Failures));
        }
    }

    private static async Task<string?> SendAsync(NotifierTest test, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Limit, TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await test.SendAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return $"It did not answer within {Limit.TotalSeconds} s.";
        }
    }

    private sealed record TestReport(string Handler, bool IsTaken, string? Problem);
}
