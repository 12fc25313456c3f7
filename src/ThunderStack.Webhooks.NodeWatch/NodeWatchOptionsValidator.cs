using Microsoft.Extensions.Options;

namespace ThunderStack.Webhooks.NodeWatch;

internal sealed class NodeWatchOptionsValidator : IValidateOptions<NodeWatchOptions>
{
    private static readonly TimeSpan MinInterval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan MaxInterval = TimeSpan.FromDays(1);

    public ValidateOptionsResult Validate(string? name, NodeWatchOptions options)
    {
        var problems = new ValidateOptionsResultBuilder();
        if (options.Interval < MinInterval || options.Interval > MaxInterval)
        {
            problems.AddError($"ThunderStack:NodeWatch:Interval is {options.Interval}: write 00:00:10 to 1.00:00:00.");
        }

        for (var i = 0; i < options.NodeApiHosts.Count; i++)
        {
            if (Uri.CheckHostName(options.NodeApiHosts[i]) == UriHostNameType.Unknown)
            {
                problems.AddError($"ThunderStack:Cloud:NodeApiHosts:{i} is no host name: write it without scheme, port and path. Example: node-api.thunderstack.org.");
            }
        }

        return problems.Build();
    }
}
