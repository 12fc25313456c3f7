using Microsoft.Extensions.Options;

namespace ThunderStack.Webhooks.Configuration;

/// <summary>All that is wrong with the configuration, one problem a line.</summary>
internal sealed class InvalidConfigurationException(IEnumerable<string> problems)
    : OptionsValidationException("ThunderStack", typeof(ConfigurationProblems), problems)
{
    public override string Message =>
        "The configuration has problems:" + string.Concat(Failures.Select(problem => $"{Environment.NewLine}  - {problem}"));

    // What an application prints that lets it pass: where in this code the problems were found helps nobody to correct them.
    public override string ToString() => Message;
}
