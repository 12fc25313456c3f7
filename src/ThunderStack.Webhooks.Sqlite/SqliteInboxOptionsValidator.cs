using Microsoft.Extensions.Options;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Sqlite.Storage;

namespace ThunderStack.Webhooks.Sqlite;

/// <summary>Refuses at start, with everything else that is wrong, what opening the file would refuse one by one.</summary>
internal sealed class SqliteInboxOptionsValidator(IOptions<InboxOptions> inbox) : IValidateOptions<SqliteInboxOptions>
{
    public const string Normal = "NORMAL";

    public ValidateOptionsResult Validate(string? name, SqliteInboxOptions options)
    {
        var problems = new ValidateOptionsResultBuilder();
        try
        {
            if (FindSynchronousProblem(options.Synchronous, inbox.Value.AllowDataLoss) is { } problem)
            {
                problems.AddError(problem);
            }

            DatabaseLocation.Resolve(inbox.Value.ConnectionString);
        }
        catch (InboxOpenException exception)
        {
            problems.AddError(exception.Message);
        }
        catch (Exception exception) when (exception is OptionsValidationException or InvalidOperationException)
        {
            // Problems of the section's other half, which are told as its own.
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
}
