using Microsoft.Extensions.Options;
using ThunderStack.Webhooks.Intake;

namespace ThunderStack.Webhooks.Reconciliation;

internal sealed class ReconciliationOptionsValidator(IOptions<WebhookOptions> webhook) : IValidateOptions<ReconciliationOptions>
{
    private static readonly TimeSpan MinInterval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan MaxInterval = TimeSpan.FromDays(1);

    public ValidateOptionsResult Validate(string? name, ReconciliationOptions options)
    {
        var problems = new ValidateOptionsResultBuilder();
        if (options.Interval < MinInterval || options.Interval > MaxInterval)
        {
            problems.AddError($"ThunderStack:Reconciliation:Interval is {options.Interval}: write 00:00:10 to 1.00:00:00.");
        }

        if (options.SettlingTime < TimeSpan.Zero || options.SettlingTime > MaxInterval)
        {
            problems.AddError($"ThunderStack:Reconciliation:SettlingTime is {options.SettlingTime}: write 00:00:00 to 1.00:00:00.");
        }

        if (options.RepairWebhookUrl && !HasPublicUrl())
        {
            problems.AddError(
                "ThunderStack:Cloud:RepairWebhookUrl is on, but there is nothing to set a node back to: write ThunderStack:Webhook:PublicUrl.");
        }

        return problems.Build();
    }

    private bool HasPublicUrl()
    {
        try
        {
            return !string.IsNullOrEmpty(webhook.Value.PublicUrl);
        }
        catch (OptionsValidationException)
        {
            // Its own problems are reported with everything else.
            return true;
        }
    }
}
