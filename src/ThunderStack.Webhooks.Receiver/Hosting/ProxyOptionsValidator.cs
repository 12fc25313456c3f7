using System.Net;
using Microsoft.Extensions.Options;

namespace ThunderStack.Webhooks.Receiver.Hosting;

internal sealed class ProxyOptionsValidator : IValidateOptions<ProxyOptions>
{
    private const int MaxHops = 16;

    public ValidateOptionsResult Validate(string? name, ProxyOptions options)
    {
        var problems = new ValidateOptionsResultBuilder();
        for (var i = 0; i < options.Addresses.Count; i++)
        {
            if (!IPAddress.TryParse(options.Addresses[i], out _))
            {
                problems.AddError($"ThunderStack:Proxy:Addresses:{i} is not an IP address. Example: 10.0.0.7.");
            }
        }

        for (var i = 0; i < options.Networks.Count; i++)
        {
            if (!IPNetwork.TryParse(options.Networks[i], out _))
            {
                problems.AddError($"ThunderStack:Proxy:Networks:{i} is not a network. Example: 10.0.0.0/8, with zeros behind the prefix.");
            }
        }

        if (options.Hops is < 1 or > MaxHops)
        {
            problems.AddError($"ThunderStack:Proxy:Hops is {options.Hops}: write a number from 1 to {MaxHops}.");
        }

        return problems.Build();
    }
}
