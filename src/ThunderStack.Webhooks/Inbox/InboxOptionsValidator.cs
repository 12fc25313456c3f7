using Microsoft.Extensions.Options;

namespace ThunderStack.Webhooks.Inbox;

internal sealed class InboxOptionsValidator : IValidateOptions<InboxOptions>
{
    private static readonly TimeSpan MinRetention = TimeSpan.FromHours(1);

    public ValidateOptionsResult Validate(string? name, InboxOptions options)
    {
        var problems = new ValidateOptionsResultBuilder();
        if (string.IsNullOrWhiteSpace(options.ConnectionString))
        {
            problems.AddError("ThunderStack:Inbox:ConnectionString is empty. Example: Data Source=data/inbox.db.");
        }

        if (options.Retention < MinRetention)
        {
            problems.AddError($"ThunderStack:Inbox:Retention is {options.Retention}: write at least an hour, such as 30.00:00:00 for 30 days.");
        }

        return problems.Build();
    }
}
