using Microsoft.Extensions.Configuration;
using ThunderStack.Webhooks.Configuration;

namespace ThunderStack.Webhooks.Management.Settings;

/// <summary>Section <c>ThunderStack:Management</c>, as the API reads it.</summary>
internal sealed class ManagementApiOptions
{
    /// <summary>Where it listens, unless somebody else's server answers for it; 0 for nowhere.</summary>
    public int Port { get; set; } = 8081;

    /// <summary>The keys by name. They change while the receiver runs.</summary>
    public IDictionary<string, ApiKeyOptions> ApiKeys { get; } = new Dictionary<string, ApiKeyOptions>(StringComparer.Ordinal);

    /// <summary>The address at which people reach it through a proxy.</summary>
    public Uri? PublicUrl { get; set; }

    public static readonly IReadOnlyList<Setting> Settings = [ManagementSettings.Port, ManagementSettings.PublicUrl, .. ManagementSettings.ApiKeys];

    public static void Bind(ManagementApiOptions options, IConfiguration section)
    {
        options.Port = section.GetValue("Management:Port", options.Port);
        options.PublicUrl = Uri.TryCreate(section["Management:PublicUrl"], UriKind.Absolute, out var url) ? url : null;
        foreach (var key in section.GetSection(ManagementSettings.Keys).GetChildren())
        {
            options.ApiKeys[key.Key] = new ApiKeyOptions(
                key["Key"] ?? "", Enum.TryParse<ManagementRole>(key["Role"], ignoreCase: true, out var role) ? role : null);
        }
    }
}

/// <summary>One key.</summary>
/// <param name="Key">The secret.</param>
/// <param name="Role">What its holder may do; <see langword="null"/> when nothing usable is written.</param>
internal sealed record ApiKeyOptions(string Key, ManagementRole? Role)
{
    // A record would show it.
    public override string ToString() => $"{nameof(ApiKeyOptions)} ({Role})";
}
