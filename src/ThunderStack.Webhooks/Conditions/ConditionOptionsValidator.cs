using Microsoft.Extensions.Options;

namespace ThunderStack.Webhooks.Conditions;

internal sealed class ConditionOptionsValidator : IValidateOptions<ConditionOptions>
{
    private const int MostChanges = 100;
    private static readonly TimeSpan Longest = TimeSpan.FromDays(7);

    public ValidateOptionsResult Validate(string? name, ConditionOptions options)
    {
        var problems = new ValidateOptionsResultBuilder();
        Judge(nameof(options.StuckAfter), options.StuckAfter, TimeSpan.FromSeconds(1));
        Judge(nameof(options.FlappingWindow), options.FlappingWindow, TimeSpan.FromMinutes(1));
        Judge(nameof(options.BacklogAfter), options.BacklogAfter, TimeSpan.FromSeconds(1));
        Judge(nameof(options.RemindAfter), options.RemindAfter, TimeSpan.Zero);
        foreach (var (kind, wait) in options.TellAfter)
        {
            Judge($"{nameof(options.TellAfter)}:{kind}", wait, TimeSpan.Zero);
        }

        if (options.FlappingChanges is < 2 or > MostChanges)
        {
            problems.AddError($"ThunderStack:Conditions:FlappingChanges is {options.FlappingChanges}: write a number from 2 to {MostChanges}.");
        }

        return problems.Build();

        void Judge(string key, TimeSpan value, TimeSpan least)
        {
            if (value < least || value > Longest)
            {
                problems.AddError($"ThunderStack:Conditions:{key} is {value}: write a time from {least} to {Longest:c}.");
            }
        }
    }
}
