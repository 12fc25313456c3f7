using Microsoft.Extensions.Options;
using ThunderStack.Webhooks.Emulator.Sending;

namespace ThunderStack.Webhooks.Emulator;

/// <summary>Reports every problem of section <c>Emulator</c> at once.</summary>
internal sealed class EmulatorOptionsValidator : IValidateOptions<EmulatorOptions>
{
    // A day: beyond it a timer is a typing error, and far beyond it PeriodicTimer throws.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    public ValidateOptionsResult Validate(string? name, EmulatorOptions options)
    {
        var problems = Problems(options).ToList();
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private static IEnumerable<string> Problems(EmulatorOptions options)
    {
        if (options.WebhookUrl is { } url && !WebhookUrl.TryParse(url, out _))
        {
            yield return $"Emulator:WebhookUrl is '{url}': write {WebhookUrl.Expected}.";
        }

        if (options.Interval != TimeSpan.Zero && (options.Interval < TimeSpan.FromMilliseconds(1) || options.Interval > Longest))
        {
            yield return $"Emulator:Interval is {options.Interval}: write a time up to a day such as 00:00:05, or 00:00:00 for none.";
        }

        if (options.TransitionDelay < TimeSpan.FromMilliseconds(1) || options.TransitionDelay > Longest)
        {
            yield return $"Emulator:TransitionDelay is {options.TransitionDelay}: write a time up to a day such as 00:00:02.";
        }

        foreach (var (index, delay) in options.RedeliveryDelays.Index())
        {
            if (delay < TimeSpan.FromMilliseconds(1) || delay > Longest)
            {
                yield return $"Emulator:RedeliveryDelays:{index} is {delay}: write a time up to a day such as 00:00:05.";
            }
        }

        foreach (var (index, fault) in options.Faults.Index())
        {
            if (fault.Problem() is { } problem)
            {
                yield return $"Emulator:Faults:{index}:{problem}.";
            }
        }

        foreach (var (index, fault) in options.NodeFaults.Index())
        {
            if (fault.Problem() is { } problem)
            {
                yield return $"Emulator:NodeFaults:{index}:{problem}.";
            }
        }

        if (options.Timeout < TimeSpan.FromMilliseconds(1) || options.Timeout > Longest)
        {
            yield return $"Emulator:Timeout is {options.Timeout}: write a time up to a day such as 00:00:10.";
        }

        if (options.ApiToken is { } token && string.IsNullOrWhiteSpace(token))
        {
            yield return "Emulator:ApiToken is empty: write a token, or leave it out for an open API.";
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (index, node) in options.Nodes.Index())
        {
            if (string.IsNullOrWhiteSpace(node.NodeId))
            {
                yield return $"Emulator:Nodes:{index}:NodeId is missing: write the node's id.";
            }
            else if (!seen.Add(node.NodeId))
            {
                yield return $"Emulator:Nodes:{index}:NodeId is '{node.NodeId}', which another node has: write a different one.";
            }

            if (node.WebhookUrl is { } own && !WebhookUrl.TryParse(own, out _))
            {
                yield return $"Emulator:Nodes:{index}:WebhookUrl is '{own}': write {WebhookUrl.Expected}.";
            }

            if (options.Interval > TimeSpan.Zero && options.WebhookUrl is null && node.WebhookUrl is null)
            {
                yield return $"Emulator:Nodes:{index} has nowhere to send to: set Emulator:WebhookUrl or Emulator:Nodes:{index}:WebhookUrl.";
            }
        }

        if (options.Interval > TimeSpan.Zero && options.Nodes.Count == 0)
        {
            yield return "Emulator:Interval is set, and there is no node to live by it: set Emulator:Nodes:0:NodeId.";
        }
    }
}
