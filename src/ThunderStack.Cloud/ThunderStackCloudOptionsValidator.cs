using Microsoft.Extensions.Options;

namespace ThunderStack.Cloud;

/// <summary>Checks <see cref="ThunderStackCloudOptions"/>. A message names the setting and what to write, never the token.</summary>
internal sealed class ThunderStackCloudOptionsValidator : IValidateOptions<ThunderStackCloudOptions>
{
    private const string BaseAddressKey = "ThunderStack:Cloud:BaseAddress";
    private const string ApiTokenKey = "ThunderStack:Cloud:ApiToken";
    private const string Example = "write an address such as https://cloud-api.thunderstack.org";

    public ValidateOptionsResult Validate(string? name, ThunderStackCloudOptions options)
    {
        var problems = Problems(options).ToList();
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    internal static IEnumerable<string> Problems(ThunderStackCloudOptions options)
    {
        if (BaseAddressProblem(options.BaseAddress) is { } problem)
        {
            yield return $"{BaseAddressKey} {problem}.";
        }

        // An empty token is an unset one: a placeholder in a settings file, an environment variable without a value.
        if (options.ApiToken?.Any(c => c is <= ' ' or >= '\x7f') == true)
        {
            yield return $"{ApiTokenKey} holds white space, a control character or a character outside ASCII; "
                + "write the token alone, as the web UI shows it, without \"Bearer\" in front.";
        }
    }

    private static string? BaseAddressProblem(string? address)
    {
        if (string.IsNullOrWhiteSpace(address))
        {
            return $"is empty; {Example}";
        }

        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || (uri.Scheme != Uri.UriSchemeHttps && uri.Scheme != Uri.UriSchemeHttp))
        {
            return $"is not an absolute https address; {Example}";
        }

        if (uri.UserInfo.Length > 0)
        {
            return $"holds a user name or password; {Example}, and the token in {ApiTokenKey}";
        }

        if (uri.Query.Length > 0 || uri.Fragment.Length > 0 || address.Contains('?') || address.Contains('#'))
        {
            return $"holds a query or a fragment; {Example}";
        }

        return uri.Scheme == Uri.UriSchemeHttp && !uri.IsLoopback
            ? $"is http, which anyone on the way can change; {Example} (http is for loopback only)"
            : null;
    }
}
