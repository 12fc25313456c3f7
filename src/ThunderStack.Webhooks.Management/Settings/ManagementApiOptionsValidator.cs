using Microsoft.Extensions.Options;

namespace ThunderStack.Webhooks.Management.Settings;

/// <summary>Finds what is missing or doubled; what cannot be meant is refused with its setting.</summary>
internal sealed class ManagementApiOptionsValidator : IValidateOptions<ManagementApiOptions>
{
    private const int MaxNameLength = 64;
    private const string Section = "ThunderStack:Management";

    public ValidateOptionsResult Validate(string? name, ManagementApiOptions options)
    {
        var problems = new ValidateOptionsResultBuilder();
        if (options.Port is < 0 or > ushort.MaxValue)
        {
            problems.AddError($"{Section}:Port is {options.Port}: write a port such as 8081, or 0 for none.");
        }

        if (options.PublicUrl is { } url && (url.Query.Length > 0 || url.Fragment.Length > 0))
        {
            problems.AddError($"{Section}:PublicUrl has a query or a fragment: write the address alone, such as https://ops.example.com/thunderstack.");
        }

        var known = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (keyName, key) in options.ApiKeys)
        {
            var path = $"{Section}:ApiKeys:{keyName}";
            if (keyName.Length > MaxNameLength || !keyName.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.'))
            {
                problems.AddError($"{path} is no name for a key: write at most {MaxNameLength} letters, digits, '-', '_' or '.'.");
            }

            if (key.Key.Length == 0)
            {
                problems.AddError($"{path}:Key is missing: write at least 32 random characters, best into a file /run/secrets/ThunderStack__Management__ApiKeys__{keyName}__Key.");
            }
            else if (!known.TryAdd(key.Key, keyName))
            {
                problems.AddError($"{path}:Key is that of {known[key.Key]}, too: give each name a key of its own.");
            }

            if (key.Role is null)
            {
                problems.AddError($"{path}:Role is missing or unknown: write Read or Operate.");
            }
        }

        return problems.Build();
    }
}
