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

        Validate("ThunderStack:Dispatch", options.Concurrency, options.RetryDelays, problems);
        if (options.HandlerTimeout <= TimeSpan.Zero || options.HandlerTimeout > MaxTimeout)
        {
            problems.AddError($"ThunderStack:Dispatch:HandlerTimeout is {options.HandlerTimeout}: write a time up to an hour, such as 00:00:30.");
        }

        return problems.Build();
    }

    /// <summary>Checks what a section and each handler of its own may say.</summary>
    public static void Validate(string key, int? concurrency, IList<TimeSpan>? retryDelays, ValidateOptionsResultBuilder problems)
    {
        if (concurrency is < 1 or > MaxConcurrency)
        {
            problems.AddError($"{key}:Concurrency is {concurrency}: write a number from 1 to {MaxConcurrency}.");
        }

        for (var i = 0; i < retryDelays?.Count; i++)
        {
            if (retryDelays[i] < TimeSpan.Zero || retryDelays[i] > MaxDelay)
            {
                problems.AddError($"{key}:RetryDelays:{i} is {retryDelays[i]}: write a time up to 7 days, such as 00:00:05.");
            }
        }
    }
}
