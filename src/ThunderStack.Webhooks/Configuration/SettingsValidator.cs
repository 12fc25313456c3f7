using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace ThunderStack.Webhooks.Configuration;

/// <summary>Refuses what is written for the settings of a section and cannot be meant, all of it at once.</summary>
internal sealed class SettingsValidator<TOptions>(IConfiguration section, IReadOnlyList<Setting> settings, string sectionName) : IValidateOptions<TOptions>
    where TOptions : class
{
    public ValidateOptionsResult Validate(string? name, TOptions options)
    {
        var problems = section.Problems(settings, sectionName).ToList();
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }
}
