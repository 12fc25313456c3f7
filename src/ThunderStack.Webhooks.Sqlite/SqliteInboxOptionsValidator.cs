using Microsoft.Extensions.Options;

namespace ThunderStack.Webhooks.Sqlite;

/// <summary>Refuses at start, with everything else that is wrong, what opening the file would refuse one by one.</summary>
internal sealed class SqliteInboxOptionsValidator(IOptions<InboxOptions> inbox) : IValidateOptions<SqliteInboxOptions>
{
    public const string Normal = "NORMAL";
    private const string Fine = "Data Source=inbox.db";

    public ValidateOptionsResult Validate(string? name, SqliteInboxOptions options)
    {
        var problems = new ValidateOptionsResultBuilder();
        if (FindSynchronousProblem(options.Synchronous, Read(settings => settings.AllowDataLoss, otherwise: true)) is { } problem)
        {
            problems.AddError(problem);
        }

        try
        {
            DatabaseLocation.Resolve(Read(settings => settings.ConnectionString, otherwise: Fine));
        }
        catch (InboxOpenException exception)
        {
            problems.AddError(exception.Message);
        }

        return problems.Build();
    }

    /// <summary>What is wrong with <see cref="SqliteInboxOptions.Synchronous"/>, if anything.</summary>
    public static string? FindSynchronousProblem(string? synchronous, bool allowDataLoss) => synchronous?.ToUpperInvariant() switch
    {
        "FULL" or "EXTRA" => null,
        Normal when allowDataLoss => null,
        Normal =>
            "ThunderStack:Inbox:Synchronous is Normal: a power cut then loses events that were answered 200. Set it to Full. " +
            "For an experiment that may lose events, set ThunderStack:Inbox:AllowDataLoss to true.",
        _ => $"ThunderStack:Inbox:Synchronous is '{synchronous}'. Set it to Full, Extra or Normal.",
    };

    /// <summary>Reads from the section's other half, whose own problems are told as its own.</summary>
    private T Read<T>(Func<InboxOptions, T> read, T otherwise)
    {
        try
        {
            return read(inbox.Value);
        }
        catch (Exception exception) when (exception is OptionsValidationException or InvalidOperationException)
        {
            return otherwise;
        }
    }
}
