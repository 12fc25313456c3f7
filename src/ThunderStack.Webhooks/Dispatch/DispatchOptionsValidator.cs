using Microsoft.Extensions.Options;

namespace ThunderStack.Webhooks.Dispatch;

internal sealed class DispatchOptionsValidator : IValidateOptions<DispatchOptions>
{
    private const int MaxConcurrency = 1024;
    private static readonly TimeSpan MaxTimeout = TimeSpan.FromHours(1);
    private static readonly TimeSpan MaxDelay = TimeSpan.FromDays(7);

    public ValidateOptionsResult Validate(string? name, DispatchOptions options)
    {
        var problems = new ValidateOptionsResultBuilder();
        if (!Enum.IsDefined(options.Ordering))
        {
            problems.AddError("ThunderStack:Dispatch:Ordering is unknown: write PerNode or None.");
        }

        if (options.Concurrency is < 1 or > MaxConcurrency)
        {
            problems.AddError($"ThunderStack:Dispatch:Concurrency is {options.Concurrency}: write a number from 1 to {MaxConcurrency}.");
        }

        if (options.HandlerTimeout <= TimeSpan.Zero || options.HandlerTimeout > MaxTimeout)
        {
            problems.AddError($"ThunderStack:Dispatch:HandlerTimeout is {options.HandlerTimeout}: write a time up to an hour, such as 00:00:30.");
        }

        for (var i = 0; i < options.RetryDelays?.Count; i++)
        {
            if (options.RetryDelays[i] < TimeSpan.Zero || options.RetryDelays[i] > MaxDelay)
            {
                problems.AddError($"ThunderStack:Dispatch:RetryDelays:{i} is {options.RetryDelays[i]}: write a time up to 7 days, such as 00:00:05.");
            }
        }

        return problems.Build();
    }
}
